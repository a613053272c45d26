"""Key attributes and secondary indexes of a DynamoDB table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

import pulumi_aws as aws

from components.args import InvalidArgError

if TYPE_CHECKING:
    from collections.abc import Sequence

Projection = Literal["ALL", "KEYS_ONLY", "INCLUDE"]


class KeyType(StrEnum):
    """Scalar type of a key attribute."""

    STRING = "S"
    NUMBER = "N"
    BINARY = "B"


@dataclass(frozen=True, kw_only=True)
class KeyAttribute:
    """A key attribute."""

    name: str
    """Name of the attribute."""

    type: KeyType = KeyType.STRING
    """Type of the attribute."""


@dataclass(frozen=True, kw_only=True)
class GlobalIndex:
    """A global secondary index; it has the capacity of its table."""

    partition_key: KeyAttribute
    """Partition key."""

    sort_key: KeyAttribute | None = None
    """Sort key; default: none."""

    projection: Projection = "ALL"
    """Attributes in the index."""

    attributes: Sequence[str] = ()
    """Attributes that INCLUDE adds to the keys."""

    @property
    def keys(self) -> list[KeyAttribute]:
        """Key attributes."""
        return [key for key in (self.partition_key, self.sort_key) if key is not None]


@dataclass(frozen=True, kw_only=True)
class LocalIndex:
    """A local secondary index: the table's partition key with another sort key."""

    sort_key: KeyAttribute
    """Sort key."""

    projection: Projection = "ALL"
    """Attributes in the index."""

    attributes: Sequence[str] = ()
    """Attributes that INCLUDE adds to the keys."""

    @property
    def keys(self) -> list[KeyAttribute]:
        """Key attributes besides the table's partition key."""
        return [self.sort_key]


def definitions(keys: Sequence[KeyAttribute]) -> list[aws.dynamodb.TableAttributeArgs]:
    """Return each attribute of *keys* once, in their order."""
    types: dict[str, KeyType] = {}
    for key in keys:
        if types.setdefault(key.name, key.type) != key.type:
            want = f"use {types[key.name].value} in each key of the table and its indexes"
            raise InvalidArgError(f"type of {key.name}", key.type.value, want)
    return [
        aws.dynamodb.TableAttributeArgs(name=name, type=kind.value) for name, kind in types.items()
    ]


def global_index(
    name: str, index: GlobalIndex, capacity: tuple[int, int] | None
) -> aws.dynamodb.TableGlobalSecondaryIndexArgs:
    """Return *index*; *capacity* is its provisioned read and write capacity, None on demand."""
    read, write = capacity or (None, None)
    return aws.dynamodb.TableGlobalSecondaryIndexArgs(
        name=name,
        key_schemas=[
            aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                attribute_name=key.name, key_type=kind
            )
            for key, kind in zip(index.keys, ("HASH", "RANGE"), strict=False)
        ],
        projection_type=index.projection,
        non_key_attributes=list(index.attributes) or None,
        read_capacity=read,
        write_capacity=write,
    )


def local_index(name: str, index: LocalIndex) -> aws.dynamodb.TableLocalSecondaryIndexArgs:
    """Return *index*."""
    return aws.dynamodb.TableLocalSecondaryIndexArgs(
        name=name,
        range_key=index.sort_key.name,
        projection_type=index.projection,
        non_key_attributes=list(index.attributes) or None,
    )
