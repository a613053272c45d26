"""Log groups that forget after a while, and the permission to write to them."""

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
"""The days CloudWatch Logs accepts."""


@dataclass(frozen=True, kw_only=True)
class LogSettings:
    """How logs are kept."""

    retention_days: int = 365
    """How long a line is kept."""

    key_arn: pulumi.Input[str] | None = None
    """The key that encrypts the lines; a key of AWS's if left out."""

    def __post_init__(self) -> None:
        """Refuse what CloudWatch Logs would only refuse during the deployment."""
        if self.retention_days not in RETENTIONS:
            choices = ", ".join(str(days) for days in RETENTIONS)
            raise InvalidArgError("retention_days", self.retention_days, f"use one of {choices}")


def make_log_group(
    name: str,
    settings: LogSettings,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> aws.cloudwatch.LogGroup:
    """Define the log group *name*."""
    return aws.cloudwatch.LogGroup(
        name,
        retention_in_days=settings.retention_days,
        kms_key_id=settings.key_arn,
        tags=tags,
        opts=opts,
    )


def allow_write_logs(group: aws.cloudwatch.LogGroup) -> list[Statement]:
    """Return the permission to write lines to *group*."""
    return [
        Statement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[pulumi.Output.concat(group.arn, ":*")],
        )
    ]
