"""The compute layer: where containers run, and the function that renews database passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pulumi
import pydantic

from components.compute.cluster import ContainerCluster, ContainerClusterArgs
from components.compute.lambda_function import LambdaFunction, LambdaFunctionArgs, VpcPlacement
from components.logs import RETENTIONS, LogSettings
from components.network.workload_security_group import (
    WorkloadSecurityGroup,
    WorkloadSecurityGroupArgs,
)
from stacks.contract import Contract
from stacks.model import Part

if TYPE_CHECKING:
    from stacks.artifacts import Artifacts
    from stacks.foundation import FoundationOutputs
    from stacks.network import NetworkOutputs

ROTATION = "credentials-rotation"
ROTATION_SECONDS = 60


class LogsSettings(Part):
    """What an environment may choose about its logs."""

    retention_days: int
    """how many days a line is kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or 400"""

    level: str = pydantic.Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    """DEBUG, INFO, WARNING or ERROR: from which severity services log"""

    @pydantic.field_validator("retention_days")
    @classmethod
    def _offered(cls, days: int) -> int:
        if days not in RETENTIONS:
            raise ValueError(f"{days} is not offered by CloudWatch Logs")
        return days


class ComputeSettings(Part):
    """Limits and versions of compute in an environment."""

    RENAMED: ClassVar[dict[str, str]] = {"fewest_tasks": "min_tasks", "most_tasks": "max_tasks"}

    min_tasks: int = pydantic.Field(default=1, ge=1)
    """lower limit of the number of tasks of a service"""

    max_tasks: int = pydantic.Field(default=100, ge=1)
    """upper limit of the number of tasks of a service"""

    runtime: str = pydantic.Field(default="python3.13", pattern=r"^python3\.\d+$")
    """the version of Python that functions were built for, such as python3.13"""

    enhanced_insights: bool = False
    """true for metrics of each task, which cost more"""

    def within_limits(self, count: int) -> int:
        """Return the number of tasks nearest to *count* that the environment allows."""
        return max(self.min_tasks, min(count, self.max_tasks))

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> ComputeSettings:
        if self.max_tasks < self.min_tasks:
            raise ValueError("max_tasks is below min_tasks")
        return self


@dataclass(frozen=True, kw_only=True)
class ComputeOutputs(Contract):
    """What services need to run."""

    layer = "compute"

    cluster_arn: pulumi.Output[str]
    cluster_name: pulumi.Output[str]
    rotation_arn: pulumi.Output[str]
    rotation_function_name: pulumi.Output[str]
    rotation_role_name: pulumi.Output[str]
    rotation_group_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class ComputeUpstream:
    """What code runs on."""

    logs: LogSettings
    ssl_mode: str
    artifacts: Artifacts
    foundation: FoundationOutputs
    network: NetworkOutputs


def build(
    settings: ComputeSettings,
    upstream: ComputeUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> ComputeOutputs:
    """Define the layer and return what others may use of it."""
    cluster = ContainerCluster(
        "services", ContainerClusterArgs(enhanced_insights=settings.enhanced_insights), opts
    )
    network, foundation = upstream.network, upstream.foundation
    group = WorkloadSecurityGroup(
        f"{ROTATION}-network",
        WorkloadSecurityGroupArgs(vpc_id=network.vpc_id, description="Renews database passwords"),
        opts,
    )
    rotation = LambdaFunction(
        ROTATION,
        LambdaFunctionArgs(
            archive=upstream.artifacts.function(ROTATION),
            handler="handler.handler",
            alarm_topic_arn=foundation.alarm_topic_arn,
            runtime=settings.runtime,
            timeout_seconds=ROTATION_SECONDS,
            environment={"DATABASE_SSLMODE": upstream.ssl_mode},
            environment_key_arn=foundation.key_arn,
            vpc=VpcPlacement(
                subnet_ids=network.private_subnet_ids,
                security_group_ids=[group.security_group_id],
            ),
            description="Renews the passwords of database users",
            logs=upstream.logs,
        ),
        # A function in a network cannot start before its group lets it reach AWS.
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[group])),
    )
    return ComputeOutputs(
        cluster_arn=cluster.arn,
        cluster_name=cluster.cluster_name,
        rotation_arn=rotation.arn,
        rotation_function_name=rotation.function_name,
        rotation_role_name=rotation.role_name,
        rotation_group_id=group.security_group_id,
    )
