"""An ECS cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class ContainerClusterArgs:
    """Settings of an ECS cluster."""

    enhanced_insights: bool = False
    """Enhanced Container Insights: metrics per task and container, which cost more."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class ContainerCluster(pulumi.ComponentResource):
    """A Fargate cluster with Container Insights; each service has its own alarms and log group."""

    arn: pulumi.Output[str]
    cluster_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: ContainerClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the cluster *name*."""
        super().__init__("bulkhead:compute:ContainerCluster", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        cluster = aws.ecs.Cluster(
            name,
            settings=[
                {
                    "name": "containerInsights",
                    "value": "enhanced" if args.enhanced_insights else "enabled",
                }
            ],
            tags=args.tags,
            opts=child,
        )
        aws.ecs.ClusterCapacityProviders(
            f"{name}-capacity",
            cluster_name=cluster.name,
            capacity_providers=["FARGATE"],
            default_capacity_provider_strategies=[{"capacity_provider": "FARGATE", "weight": 1}],
            opts=child,
        )

        self.arn = cluster.arn
        self.cluster_name = cluster.name
        self.register_outputs({"arn": self.arn, "cluster_name": self.cluster_name})
