"""Request and response bodies of the orders service."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
import hashlib
import re
import uuid  # noqa: TC003 - the same
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # PostgreSQL's text does not allow NUL


def _printed(text: str) -> str:
    if CONTROL.search(text):
        raise PydanticCustomError("control_character", "must have no control characters")
    return text


Sku = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Customer = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_printed),
]


class Line(BaseModel):
    """A line of an order: SKU and quantity."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sku: Sku
    quantity: int = Field(ge=1, le=1000, strict=True)


class NewOrder(BaseModel):
    """Request body of an order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer: Customer
    lines: list[Line] = Field(min_length=1, max_length=100)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the request, to detect a different one with the same idempotency key."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class PricedLine(Line):
    """A line with the catalogue's price."""

    price_cents: int


class Order(BaseModel):
    """A stored order."""

    id: uuid.UUID
    customer: str
    lines: list[PricedLine]
    total_cents: int
    placed_at: dt.datetime


class Delivery(BaseModel):
    """When an order arrives."""

    order_id: uuid.UUID
    arrives_on: dt.date
