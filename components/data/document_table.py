"""A DynamoDB table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.access import Statement, use_key
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs
from components.data.table_indexes import (
    GlobalIndex,
    KeyAttribute,
    LocalIndex,
    definitions,
    global_index,
    local_index,
)
from components.data.table_scaling import TableCapacity, TableScaling, TableScalingArgs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from components.alarms import AlarmRouting

MAX_GLOBAL_INDEXES, MAX_LOCAL_INDEXES = 20, 5  # of a table
SCALED = ("readCapacity", "writeCapacity")
"""Inputs that Application Auto Scaling changes, of a table and of each index."""


@dataclass(frozen=True, kw_only=True)
class DocumentTableArgs:
    """Keys, indexes, capacity, encryption and protection of a DynamoDB table."""

    partition_key: KeyAttribute
    """Partition key."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    sort_key: KeyAttribute | None = None
    """Sort key; default: none."""

    ttl_attribute: str | None = None
    """TTL attribute (epoch seconds at which an item expires); default: items do not expire."""

    indexes: Mapping[str, GlobalIndex] | None = None
    """Global secondary indexes by name, in the order in which they were added."""

    local_indexes: Mapping[str, LocalIndex] | None = None
    """Local secondary indexes by name; a change replaces the table."""

    capacity: TableCapacity | None = None
    """Provisioned capacity that scales; default: on demand."""

    stream: Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] | None = None
    """View type of the stream; default: no stream."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the table; default: a key owned by DynamoDB."""

    deletion_protection: bool = True
    """Deletion protection, and Pulumi's `protect`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject keys and indexes that DynamoDB does not accept."""
        if self.sort_key is not None and self.sort_key.name == self.partition_key.name:
            want = f"name another attribute than the partition key ({self.partition_key.name})"
            raise InvalidArgError("sort_key", self.sort_key.name, want)
        for field, limit in (("indexes", MAX_GLOBAL_INDEXES), ("local_indexes", MAX_LOCAL_INDEXES)):
            count = len(getattr(self, field) or ())
            if count > limit:
                raise InvalidArgError(f"number of {field}", count, f"use at most {limit}")
        if self.local_indexes and self.sort_key is None:
            want = "set sort_key: local indexes need a table with a sort key"
            raise InvalidArgError("local_indexes", list(self.local_indexes), want)
        definitions(self.keys)
        if self.ttl_attribute in [key.name for key in self.keys]:
            want = "name an attribute that is not a key of the table or of an index"
            raise InvalidArgError("ttl_attribute", self.ttl_attribute, want)

    @property
    def keys(self) -> list[KeyAttribute]:
        """Key attributes of the table, then of its indexes."""
        own = [key for key in (self.partition_key, self.sort_key) if key is not None]
        indexes = [*(self.indexes or {}).values(), *(self.local_indexes or {}).values()]
        return own + [key for index in indexes for key in index.keys]


class DocumentTable(pulumi.ComponentResource):
    """An encrypted table with point-in-time recovery of 35 days."""

    table_name: pulumi.Output[str]
    arn: pulumi.Output[str]
    stream_arn: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: DocumentTableArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the table *name*."""
        super().__init__("bulkhead:data:DocumentTable", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        self._key_arn = args.key_arn

        table = self._table(name, args)
        if args.capacity is not None:
            TableScaling(
                f"{name}-scaling",
                TableScalingArgs(
                    table_name=table.name, capacity=args.capacity, indexes=list(args.indexes or {})
                ),
                child,
            )
        for suffix, alarm in _alarms(name, table.name, args.indexes or {}):
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        self.table_name = table.name
        self.arn = table.arn
        self.stream_arn = table.stream_arn if args.stream is not None else None
        outputs = {"table_name": self.table_name, "arn": self.arn}
        if self.stream_arn is not None:
            outputs["stream_arn"] = self.stream_arn
        self._index_arns: list[pulumi.Output[str]] = []
        if args.indexes or args.local_indexes:
            self._index_arns.append(pulumi.Output.concat(self.arn, "/index/*"))
        self.register_outputs(outputs)

    def _table(self, name: str, args: DocumentTableArgs) -> aws.dynamodb.Table:
        capacity = args.capacity
        amounts = (capacity.read.minimum, capacity.write.minimum) if capacity else None
        read, write = amounts or (None, None)
        return aws.dynamodb.Table(
            f"{name}-table",
            attributes=definitions(args.keys),
            hash_key=args.partition_key.name,
            range_key=args.sort_key.name if args.sort_key is not None else None,
            billing_mode="PROVISIONED" if capacity else "PAY_PER_REQUEST",
            read_capacity=read,
            write_capacity=write,
            global_secondary_indexes=[
                global_index(key, index, amounts) for key, index in (args.indexes or {}).items()
            ]
            or None,
            local_secondary_indexes=[
                local_index(key, index) for key, index in (args.local_indexes or {}).items()
            ]
            or None,
            stream_enabled=True if args.stream else None,
            stream_view_type=args.stream,
            point_in_time_recovery={"enabled": True},
            server_side_encryption={"enabled": True, "kms_key_arn": args.key_arn}
            if args.key_arn is not None
            else None,
            ttl={"attribute_name": args.ttl_attribute, "enabled": True}
            if args.ttl_attribute is not None
            else None,
            deletion_protection_enabled=args.deletion_protection,
            tags=args.tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.deletion_protection,
                ignore_changes=list(_scaled_inputs(args)),
            ),
        )

    def allow_read(self) -> list[Statement]:
        """Return the permission to read items."""
        actions = [
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DescribeTable",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
        ]
        return [
            Statement(actions=actions, resources=[self.arn]),
            *self._query_indexes(),
            *self._use_key(encrypt=False),
        ]

    def allow_read_write(self) -> list[Statement]:
        """Return the permission to read, write and delete items."""
        actions = [
            *self.allow_read()[0].actions,
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ]
        return [
            Statement(actions=actions, resources=[self.arn]),
            *self._query_indexes(),
            *self._use_key(encrypt=True),
        ]

    def allow_read_stream(self) -> list[Statement]:
        """Return the permission to read records of the stream; none without a stream."""
        if self.stream_arn is None:
            return []
        actions = ["DescribeStream", "GetRecords", "GetShardIterator"]
        return [
            Statement(
                actions=[f"dynamodb:{action}" for action in actions], resources=[self.stream_arn]
            )
        ]

    def allow_list_streams(self) -> list[Statement]:
        """Return the permission to list streams, which an event source mapping needs."""
        # The action has no resource type.
        return [Statement(actions=["dynamodb:ListStreams"], resources=["*"])]

    def _query_indexes(self) -> list[Statement]:
        actions = ["dynamodb:Query", "dynamodb:Scan"]
        return [Statement(actions=actions, resources=[arn]) for arn in self._index_arns]

    def _use_key(self, *, encrypt: bool) -> list[Statement]:
        return [] if self._key_arn is None else [use_key(self._key_arn, encrypt=encrypt)]


def _scaled_inputs(args: DocumentTableArgs) -> Iterator[str]:
    """Yield the inputs whose values Application Auto Scaling sets."""
    if args.capacity is not None:
        yield from SCALED
        if args.indexes:
            yield from (f"globalSecondaryIndexes[*].{name}" for name in SCALED)


def _alarms(
    name: str, table: pulumi.Output[str], indexes: Mapping[str, GlobalIndex]
) -> Iterator[tuple[str, Alarm]]:
    """Yield the alarms on throttled requests, of the table and of each index."""
    of_index = {
        f"{index}-": {"TableName": table, "GlobalSecondaryIndexName": index} for index in indexes
    }
    for prefix, dimensions in {"": {"TableName": table}, **of_index}.items():
        on = f"the index {prefix[:-1]} of the table {name}" if prefix else f"the table {name}"
        for requests in ("reads", "writes"):
            yield (
                f"{prefix}{requests}-throttled",
                Alarm(
                    kind=AlarmKind.TABLE_THROTTLED,
                    description=f"{requests.title()} of {on} are turned away: one key is too busy",
                    namespace="AWS/DynamoDB",
                    metric=f"{requests.title()[:-1]}ThrottleEvents",
                    dimensions=dimensions,
                    threshold=0,
                    periods=3,
                ),
            )
