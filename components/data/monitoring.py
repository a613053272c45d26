"""Enhanced Monitoring of database instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.access import MadeRole, RoleArgs, make_role

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

MONITORING_INTERVAL_SECONDS = 60
MONITORING = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"


def make_monitoring_role(
    name: str,
    account_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None,
) -> tuple[MadeRole, aws.iam.RolePolicyAttachment]:
    """Define the role of Enhanced Monitoring, and its policy, which instances depend on."""
    role = make_role(
        f"{name}-monitor",
        RoleArgs(
            service="monitoring.rds.amazonaws.com",
            description="Writes down what database servers are doing",
            account_id=account_id,
            tags=tags,
        ),
        opts,
    )
    attached = aws.iam.RolePolicyAttachment(
        f"{name}-monitoring", role=role.name, policy_arn=MONITORING, opts=opts
    )
    return role, attached
