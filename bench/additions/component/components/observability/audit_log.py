"""A log group for what people do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class AuditLogArgs:
    """Encryption and retention of an audit log."""

    key_arn: pulumi.Input[str]
    """KMS key of the log group."""

    retention_days: int = 365
    """Days that events are kept."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class AuditLog(pulumi.ComponentResource):
    """An encrypted log group; nothing in it fails, so it has no alarm."""

    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: AuditLogArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the log group *name*."""
        super().__init__("bulkhead:observability:AuditLog", name, as_inputs(args), opts)
        group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            kms_key_id=args.key_arn,
            retention_in_days=args.retention_days,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.log_group_name = group.name
        self.register_outputs({"log_group_name": self.log_group_name})
