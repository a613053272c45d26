"""The catalogue of the shop: items by SKU, in a DynamoDB table.

PUT /catalog/{sku}   {"name": "Lamp", "price_cents": 4900}   role merchandiser
GET /catalog/{sku}                                            public
GET /catalog?sku=lamp&sku=sofa                                public; at most 50
GET /catalog/{sku}/delivery                                   public

Price lists that are uploaded become items too (`price_lists`). Each change of an item is published
as the event `product-changed`, from the table's stream: what is written is announced.
"""

from __future__ import annotations

import functools
import logging
import re
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import price_lists
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from botocore.config import Config
from kit import calls, changes, settings
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

logger = logging.getLogger(__name__)

PRODUCT_CHANGED = "product-changed"
MAX_NAME = 200
MAX_SKUS = 50
BATCH_TRIES = 3
MAX_PRICE_CENTS = 100_000_000
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, surrogates

app = HttpApiResolver()


def _name(text: str) -> str:
    if not 1 <= len(text.strip()) <= MAX_NAME:
        raise PydanticCustomError("name_length", "must be text of 1 to 200 characters")
    if UNPRINTABLE.search(text):
        raise PydanticCustomError("control_character", "must have no control characters")
    return text


SKU = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Sku = Annotated[str, Path(pattern=SKU)]
Skus = Annotated[
    list[Annotated[str, Field(pattern=SKU)]],
    Query(alias="sku", min_length=1, max_length=MAX_SKUS),
]


class NewItem(BaseModel):
    """Request body of an item."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, AfterValidator(_name)]
    price_cents: Annotated[int, Field(strict=True, ge=0, le=MAX_PRICE_CENTS)]


class ListedItem(NewItem):
    """A line of a price list."""

    sku: Annotated[str, Field(pattern=SKU)]
    price_cents: Annotated[int, Field(ge=0, le=MAX_PRICE_CENTS)]


class Item(BaseModel):
    """An item of the catalogue."""

    sku: str
    name: str
    price_cents: int


class Items(BaseModel):
    """Some items of the catalogue."""

    items: list[Item]


@functools.cache
def table() -> Any:
    """Return the table of products; one client for all invocations of a process."""
    config = Config(connect_timeout=2, read_timeout=3, retries={"max_attempts": 3})
    return boto3.resource("dynamodb", config=config).Table(settings.text("PRODUCTS_TABLE"))


@app.get("/catalog/<sku>")
def read(sku: Sku) -> Item:
    """Return the item of a SKU."""
    item = table().get_item(Key={"sku": sku}).get("Item")
    if item is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"the catalogue has no sku {sku!r}")
    return Item(**item)


@app.get("/catalog")
def read_several(skus: Skus) -> Items:
    """Return the items of several SKUs, without those that the catalogue does not have."""
    products = table()
    wanted: Any = {products.name: {"Keys": [{"sku": sku} for sku in sorted(set(skus))]}}
    found: list[dict[str, Any]] = []
    for _ in range(BATCH_TRIES):
        answer = products.meta.client.batch_get_item(RequestItems=wanted)
        found += answer["Responses"].get(products.name, [])
        wanted = answer.get("UnprocessedKeys")
        if not wanted:
            return Items(items=[Item(**item) for item in found])
    message = "the items cannot be read: the table is busy; try again"
    raise HttpError(HTTPStatus.SERVICE_UNAVAILABLE, message)


@app.get("/catalog/<sku>/delivery")
def delivery(sku: Sku) -> dict[str, str]:
    """Return when one piece of an item would arrive, as the delivery service estimates."""
    read(sku)
    try:
        answer = calls.client("delivery").get("/estimates?quantity=1")
        return {"sku": sku, "arrives_on": str(answer.json()["arrives_on"])}
    except (calls.CallError, ValueError, KeyError) as error:
        logger.warning("delivery does not answer", extra={"reason": str(error)})
        message = "the day of arrival is unknown: delivery does not answer; try again"
        raise HttpError(HTTPStatus.SERVICE_UNAVAILABLE, message) from error


@app.put("/catalog/<sku>")
def write(sku: Sku, new: NewItem) -> Item:
    """Create or replace the item of a SKU."""
    return _saved(sku, new)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request, price lists that were uploaded, or changes of items."""
    if changes.of_table(event):
        return changes.handle_items(event, changes.publisher(_announcement))
    if changes.of_bucket(event):
        return changes.handle_objects(event, lambda change: price_lists.load(change, _save_line))
    return app.resolve(event, context)


def _saved(sku: str, new: NewItem) -> Item:
    table().update_item(
        Key={"sku": sku},
        UpdateExpression="SET #name = :name, price_cents = :price ADD version :one",
        ExpressionAttributeNames={"#name": "name"},  # a reserved word
        ExpressionAttributeValues={":name": new.name, ":price": new.price_cents, ":one": 1},
    )
    return Item(sku=sku, name=new.name, price_cents=new.price_cents)


def _announcement(change: changes.ItemChange) -> changes.Announcement | None:
    """Return the event of a change; None if the item is as before."""
    if change.new is None:
        return None
    item = Item(**change.new)
    if change.old is not None and Item(**change.old) == item:
        return None
    return changes.Announcement(
        type=PRODUCT_CHANGED,
        subject=f"catalog/{item.sku}",
        data=item.model_dump(),
        version=int(change.new.get("version", 1)),
    )


def _save_line(line: dict[str, str]) -> str:
    """Save the item of a line of a price list; return why it is not an item."""
    try:
        listed = ListedItem(**line)  # pyright: ignore[reportArgumentType] - pydantic converts
    except ValidationError as error:
        first = error.errors()[0]
        return f"{first['loc'][0]}: {first['msg']}"
    _saved(listed.sku, NewItem(name=listed.name, price_cents=listed.price_cents))
    return ""
