"""CloudWatch log groups with a retention period, and the permission to write to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement
from components.args import InvalidArgError

if TYPE_CHECKING:
    from collections.abc import Mapping

RETENTIONS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip
"""Retention periods, in days, that CloudWatch Logs accepts."""


@dataclass(frozen=True, kw_only=True)
class ArchiveTarget:
    """Where a log group's events are archived."""

    stream_arn: pulumi.Input[str]
    """Delivery stream that takes them."""

    role_arn: pulumi.Input[str]
    """Role with which CloudWatch Logs puts them there."""


@dataclass(frozen=True, kw_only=True)
class LogSettings:
    """Retention, encryption and archive of a log group."""

    retention_days: int = 365
    """Retention of log events in days."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the log group; default: a key owned by CloudWatch Logs."""

    archive: ArchiveTarget | None = None
    """Target of a subscription filter for every event; default: no filter."""

    def __post_init__(self) -> None:
        """Reject retention periods that CloudWatch Logs does not offer."""
        if self.retention_days not in RETENTIONS:
            choices = ", ".join(str(days) for days in RETENTIONS)
            raise InvalidArgError("retention_days", self.retention_days, f"use one of {choices}")


def make_log_group(
    name: str,
    settings: LogSettings,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
    *,
    name_prefix: str | None = None,
) -> aws.cloudwatch.LogGroup:
    """Define the log group *name*; by default, its physical name begins with that as well."""
    group = aws.cloudwatch.LogGroup(
        name,
        name_prefix=name_prefix,
        retention_in_days=settings.retention_days,
        kms_key_id=settings.key_arn,
        tags=tags,
        opts=opts,
    )
    if settings.archive is not None:
        aws.cloudwatch.LogSubscriptionFilter(
            f"{name}-archive",
            log_group=group.name,
            filter_pattern="",
            destination_arn=settings.archive.stream_arn,
            role_arn=settings.archive.role_arn,
            opts=opts,
        )
    return group


def allow_write_logs(group: aws.cloudwatch.LogGroup) -> list[Statement]:
    """Return the permission to write log events to *group*."""
    return [
        Statement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[pulumi.Output.concat(group.arn, ":*")],
        )
    ]
