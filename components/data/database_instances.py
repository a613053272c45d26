"""The instances of an Aurora cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs
from components.data.monitoring import (
    CERTIFICATE_AUTHORITY,
    MONITORING_INTERVAL_SECONDS,
    make_monitoring_role,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class DatabaseInstancesArgs:
    """Cluster and number of its instances."""

    cluster_identifier: pulumi.Input[str]
    """Identifier of the cluster."""

    engine: str = "aurora-postgresql"
    """The engine's name in RDS, the cluster's."""

    count: int
    """Number of instances, spread over availability zones."""

    account_id: pulumi.Input[str]
    """Account in the monitoring role's `aws:SourceAccount` condition."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of Performance Insights."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class DatabaseInstances(pulumi.ComponentResource):
    """Private instances with Enhanced Monitoring; the cluster has the alarms."""

    identifiers: list[pulumi.Output[str]]

    def __init__(
        self, name: str, args: DatabaseInstancesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the instances *name*."""
        super().__init__("bulkhead:data:DatabaseInstances", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        role, attached = make_monitoring_role(name, args.account_id, child, args.tags)
        self.identifiers = []
        for number in range(1, args.count + 1):
            instance = aws.rds.ClusterInstance(
                f"{name}-{number}",
                cluster_identifier=args.cluster_identifier,
                engine=aws.rds.EngineType(args.engine),
                instance_class="db.serverless",
                publicly_accessible=False,
                auto_minor_version_upgrade=True,
                monitoring_interval=MONITORING_INTERVAL_SECONDS,
                monitoring_role_arn=role.arn,
                performance_insights_enabled=True,
                performance_insights_kms_key_id=args.key_arn,
                ca_cert_identifier=CERTIFICATE_AUTHORITY,
                copy_tags_to_snapshot=True,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[attached]),
            )
            self.identifiers.append(instance.identifier)
        self.register_outputs({"identifiers": self.identifiers})
