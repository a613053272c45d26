"""Cross-origin requests (CORS) of a service's routes."""

from __future__ import annotations

from typing import Annotated

import pydantic
from pydantic import Field

from spec.model import Model

Origin = Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]
"""Scheme, host and port of a web page, as `https://shop.example.com`."""

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]


class Cors(Model):
    """Web pages of other origins that may call the routes."""

    origins: list[Origin] = Field(min_length=1, max_length=100)
    """Origins that may call them."""

    headers: list[HeaderName] = Field(default_factory=list[str], max_length=50)
    """Request headers that they may send besides `Authorization` and `Content-Type`."""

    @pydantic.field_validator("origins", "headers")
    @classmethod
    def _once(cls, names: list[str]) -> list[str]:
        if len({name.lower() for name in names}) < len(names):
            raise ValueError("write each name once")
        return names
