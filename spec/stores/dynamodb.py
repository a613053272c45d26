"""A DynamoDB table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import pydantic
from pydantic import Field

from spec.model import Model, StoreSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_DAX_NAME = 35  # the role "<service>-<store>-dax-role" has 64
MAX_PROJECTED = 100  # attributes that all indexes of a table add to their keys

AttributeName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,254}$")]
IndexName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{3,255}$")]


class Key(Model):
    """A key attribute."""

    name: AttributeName
    """The attribute's name."""

    type: Literal["S", "N", "B"] = "S"
    """Type: string, number or binary."""


class IndexKey(Model):
    """A key attribute of an index."""

    name: AttributeName
    """The attribute's name."""

    type: Literal["S", "N", "B"]
    """S for a string, N for a number, B for binary."""


class _Projected(Model):
    """What an index contains."""

    projection: Literal["ALL", "KEYS_ONLY", "INCLUDE"] = "ALL"
    """Attributes in the index: ALL, KEYS_ONLY, or INCLUDE for the keys and `attributes`."""

    attributes: list[AttributeName] = Field(default_factory=list[str], max_length=20)
    """Attributes that INCLUDE adds to the keys."""

    @pydantic.model_validator(mode="after")
    def _attributes_of_include(self) -> Self:
        if (self.projection == "INCLUDE") != bool(self.attributes):
            raise ValueError("write projection INCLUDE with attributes, and any other without")
        return self


class GlobalIndex(_Projected):
    """A global secondary index."""

    partition_key: IndexKey
    """Partition key."""

    sort_key: IndexKey | None = None
    """Sort key; default: none."""


class LocalIndex(_Projected):
    """A local secondary index: the table's partition key with another sort key."""

    sort_key: IndexKey
    """Sort key."""


class CapacityRange(Model):
    """Lowest and highest provisioned capacity."""

    min: int = Field(ge=1)
    """Minimum in capacity units."""

    max: int = Field(ge=1)
    """Maximum in capacity units."""

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max < self.min:
            raise ValueError(f"write max as {self.min} or more")
        return self


class Capacity(Model):
    """Provisioned capacity that scales with the consumed capacity."""

    read: CapacityRange
    """Read capacity units of the table, and of each index."""

    write: CapacityRange
    """Write capacity units of the table, and of each index."""

    target_percent: int = Field(default=70, ge=20, le=90)
    """Target utilization in percent."""


class Dax(Model):
    """A DAX cluster in front of the table."""

    node_type: str = Field(pattern=r"^dax\.[a-z0-9]+\.[a-z0-9]+$")
    """Node type, as dax.t3.small."""

    nodes: int = Field(default=3, ge=1, le=11)
    """Number of nodes; with fewer than 3, a node failure sends the cached load to the table."""


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

    ttl_attribute: AttributeName | None = None
    """TTL attribute (epoch seconds at which an item expires); default: items do not expire."""

    indexes: dict[IndexName, GlobalIndex] = Field(
        default_factory=dict[str, GlobalIndex], max_length=20
    )
    """Global secondary indexes by name."""

    local_indexes: dict[IndexName, LocalIndex] = Field(
        default_factory=dict[str, LocalIndex], max_length=5
    )
    """Local secondary indexes by name; a change of them replaces the table."""

    capacity: Capacity | None = None
    """Provisioned capacity; default: on demand."""

    stream: Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] | None = None
    """View type of the table's stream; default: no stream."""

    dax: Dax | None = None
    """DAX cluster that caches reads; default: none."""

    @property
    def variables(self) -> tuple[str, ...]:
        """TABLE, and what the stream and the cache add."""
        stream = ("STREAM_ARN",) if self.stream else ()
        return (*self.VARIABLES, *stream, *(("DAX_ENDPOINT",) if self.dax else ()))

    @property
    def max_name_length(self) -> int | None:
        """The role of a DAX cluster limits it."""
        return MAX_DAX_NAME if self.dax else None

    @property
    def in_network(self) -> bool:
        """A DAX cluster is in the VPC."""
        return self.dax is not None

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := [*self._key_problems(), *self._index_problems()]:
            raise ValueError("\n".join(problems))
        return self

    def _key_problems(self) -> Iterator[str]:
        types: dict[str, str] = {}
        for where, key in self._keys():
            known = types.setdefault(key.name, key.type)
            if key.type != known:
                yield f"write type {known} of {key.name} in {where}, as in its first use"
        if self.sort_key is not None and self.sort_key.name == self.partition_key.name:
            yield "give sort_key another name than partition_key"
        if self.ttl_attribute in types:
            yield (
                "give ttl_attribute the name of an attribute that is not a key, of an index"
                " neither: DynamoDB keeps a time to live as a number beside them"
            )

    def _index_problems(self) -> Iterator[str]:
        if self.local_indexes and self.sort_key is None:
            yield "add sort_key, or remove local_indexes: they need a table with a sort key"
        for name in self.local_indexes.keys() & self.indexes.keys():
            yield f"give one of the two indexes {name} another name"
        for name, index in self.indexes.items():
            if index.sort_key is not None and index.sort_key.name == index.partition_key.name:
                yield f"give sort_key of indexes.{name} another name than partition_key"
        for name, index in self.local_indexes.items():
            if index.sort_key.name == self.partition_key.name:
                yield f"give sort_key of local_indexes.{name} another name than partition_key"
        every = [*self.indexes.values(), *self.local_indexes.values()]
        if sum(len(index.attributes) for index in every) > MAX_PROJECTED:
            yield f"write at most {MAX_PROJECTED} attributes in all indexes together"

    def _keys(self) -> Iterator[tuple[str, Key | IndexKey]]:
        """Yield each key attribute with the field that names it."""
        yield "partition_key", self.partition_key
        if self.sort_key is not None:
            yield "sort_key", self.sort_key
        for name, index in self.indexes.items():
            yield f"indexes.{name}.partition_key", index.partition_key
            if index.sort_key is not None:
                yield f"indexes.{name}.sort_key", index.sort_key
        for name, index in self.local_indexes.items():
            yield f"local_indexes.{name}.sort_key", index.sort_key
