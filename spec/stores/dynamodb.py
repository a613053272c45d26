"""A DynamoDB table."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

import pydantic
from pydantic import Field

from spec.model import Model, StoreSpec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Key(Model):
    """A key attribute."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,254}$")
    """The attribute's name."""

    type: Literal["S", "N", "B"] = "S"
    """Type: string, number or binary."""


class DynamoDbStore(StoreSpec):
    """A DynamoDB table used by this service only."""

    KIND = "dynamodb"
    EXAMPLE: ClassVar[Mapping[str, object]] = {"partition_key": {"name": "id"}}
    VARIABLES = ("TABLE",)

    kind: Literal["dynamodb"]
    """A DynamoDB table."""

    partition_key: Key
    """Partition key."""

    sort_key: Key | None = None
    """Sort key; default: none."""

    ttl_attribute: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,254}$")
    """TTL attribute (epoch seconds at which an item expires); default: items do not expire."""

    @pydantic.model_validator(mode="after")
    def _distinct_attributes(self) -> Self:
        if self.sort_key is not None and self.sort_key.name == self.partition_key.name:
            raise ValueError("give sort_key another name than partition_key")
        keys = [key.name for key in (self.partition_key, self.sort_key) if key is not None]
        if self.ttl_attribute in keys:
            raise ValueError(
                "give ttl_attribute the name of an attribute that is not a key:"
                " DynamoDB keeps a time to live as a number beside them"
            )
        return self
