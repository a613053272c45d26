"""What a service keeps: a PostgreSQL database or a DynamoDB table of its own."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import pydantic
from pydantic import Field

from spec.compute import Model


class Key(Model):
    """An attribute that items are found by."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,254}$")
    """The attribute's name."""

    type: Literal["S", "N", "B"] = "S"
    """Text, number or bytes."""


class AuroraPostgresqlStore(Model):
    """A PostgreSQL cluster on Aurora Serverless v2, of this service alone."""

    kind: Literal["aurora-postgresql"]
    """PostgreSQL on Aurora Serverless v2."""

    version: str = Field(default="17", pattern=r"^[0-9]+$")
    """The major version, in quotes; RDS renews the minor one."""

    min_capacity: float = Field(default=0.5, ge=0, le=256, multiple_of=0.5)
    """Capacity units when idle."""

    max_capacity: float = Field(default=4, ge=1, le=256, multiple_of=0.5)
    """Capacity units under load."""

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max_capacity < self.min_capacity:
            raise ValueError(f"write max_capacity as {self.min_capacity:g} or more")
        return self


class DynamoDbStore(Model):
    """A DynamoDB table of this service alone."""

    kind: Literal["dynamodb"]
    """A DynamoDB table."""

    partition_key: Key
    """Spreads the items."""

    sort_key: Key | None = None
    """Orders the items of one partition; absent: one item for each partition key."""

    ttl_attribute: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,254}$")
    """The attribute with the second at which an item may go; absent: items stay."""

    @pydantic.model_validator(mode="after")
    def _two_keys(self) -> Self:
        if self.sort_key is not None and self.sort_key.name == self.partition_key.name:
            raise ValueError("give sort_key another name than partition_key")
        return self


Store = Annotated[AuroraPostgresqlStore | DynamoDbStore, Field(discriminator="kind")]
