"""A DynamoDB table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, use_key
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping


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
class DocumentTableArgs:
    """Keys, encryption and protection of a DynamoDB table."""

    partition_key: KeyAttribute
    """Partition key."""

    alarm_topic_arn: pulumi.Input[str]
    """SNS topic that alarms notify."""

    sort_key: KeyAttribute | None = None
    """Sort key; default: none."""

    ttl_attribute: str | None = None
    """TTL attribute (epoch seconds at which an item expires); default: items do not expire."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the table; default: a key owned by DynamoDB."""

    deletion_protection: bool = True
    """Deletion protection, and Pulumi's `protect`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject one attribute as both keys."""
        if self.sort_key is not None and self.sort_key.name == self.partition_key.name:
            want = f"name another attribute than the partition key ({self.partition_key.name})"
            raise InvalidArgError("sort_key", self.sort_key.name, want)


class DocumentTable(pulumi.ComponentResource):
    """An encrypted on-demand table with point-in-time recovery of 35 days."""

    table_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: DocumentTableArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the table *name*."""
        super().__init__("bulkhead:data:DocumentTable", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        self._key_arn = args.key_arn

        keys = [key for key in (args.partition_key, args.sort_key) if key is not None]
        table = aws.dynamodb.Table(
            f"{name}-table",
            attributes=[
                aws.dynamodb.TableAttributeArgs(name=key.name, type=key.type.value) for key in keys
            ],
            hash_key=args.partition_key.name,
            range_key=args.sort_key.name if args.sort_key is not None else None,
            billing_mode="PAY_PER_REQUEST",
            point_in_time_recovery={"enabled": True},
            server_side_encryption={"enabled": True, "kms_key_arn": args.key_arn}
            if args.key_arn is not None
            else None,
            ttl={"attribute_name": args.ttl_attribute, "enabled": True}
            if args.ttl_attribute is not None
            else None,
            deletion_protection_enabled=args.deletion_protection,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        for requests, metric in (
            ("reads", "ReadThrottleEvents"),
            ("writes", "WriteThrottleEvents"),
        ):
            make_alarm(
                f"{name}-{requests}-throttled",
                Alarm(
                    description=f"{requests.title()} of the table {name} are turned away:"
                    " one key is too busy",
                    namespace="AWS/DynamoDB",
                    metric=metric,
                    dimensions={"TableName": table.name},
                    threshold=0,
                    periods=3,
                ),
                args.alarm_topic_arn,
                child,
                args.tags,
            )

        self.table_name = table.name
        self.arn = table.arn
        self.register_outputs({"table_name": self.table_name, "arn": self.arn})

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
        return [Statement(actions=actions, resources=[self.arn]), *self._use_key(encrypt=False)]

    def allow_read_write(self) -> list[Statement]:
        """Return the permission to read, write and delete items."""
        actions = [
            *self.allow_read()[0].actions,
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ]
        return [Statement(actions=actions, resources=[self.arn]), *self._use_key(encrypt=True)]

    def _use_key(self, *, encrypt: bool) -> list[Statement]:
        return [] if self._key_arn is None else [use_key(self._key_arn, encrypt=encrypt)]
