"""VPC flow logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, make_role
from components.args import as_inputs
from components.logs import LogSettings, allow_write_logs, make_log_group

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """VPC and retention of flow logs."""

    vpc_id: pulumi.Input[str]
    """VPC to log."""

    account_id: pulumi.Input[str]
    """Account in the role's `aws:SourceAccount` condition."""

    logs: LogSettings
    """Retention and encryption of the log group."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class FlowLogs(pulumi.ComponentResource):
    """Flow logs of accepted and rejected traffic, in a log group; they need no alarm."""

    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the flow logs *name*."""
        super().__init__("bulkhead:network:FlowLogs", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = make_log_group(name, args.logs, child, args.tags)
        role = make_role(
            f"{name}-writer",
            RoleArgs(
                service="vpc-flow-logs.amazonaws.com",
                description="Writes the flow logs of the network",
                statements=allow_write_logs(group),
                account_id=args.account_id,
                tags=args.tags,
            ),
            child,
        )
        aws.ec2.FlowLog(
            f"{name}-traffic",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*role.ready]),
        )

        self.log_group_name = group.name
        self.register_outputs({"log_group_name": self.log_group_name})
