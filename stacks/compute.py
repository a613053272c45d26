"""The compute layer: the ECS cluster and the function that rotates database passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pulumi
import pydantic

from components.compute.cluster import ContainerCluster, ContainerClusterArgs
from components.compute.lambda_function import LambdaFunction, LambdaFunctionArgs, VpcPlacement
from components.data.rotation_access import RotationAccess, RotationAccessArgs
from components.logs import RETENTIONS, LogSettings
from components.network.workload_security_group import (
    WorkloadSecurityGroup,
    WorkloadSecurityGroupArgs,
)
from components.service.platform import PasswordRotation
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    from components.data.encryption_key import EncryptionKey
    from components.network.vpc import Vpc
    from stacks.artifacts import Artifacts
    from stacks.deployment_target import DeploymentTarget
    from stacks.foundation import FoundationOutputs

ROTATION = "credentials-rotation"
ROTATION_SECONDS = 60


class LogsSettings(SettingsGroup):
    """Log retention and level of an environment."""

    retention_days: int
    """retention of logs in days: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or 400"""

    level: str = pydantic.Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    """lowest log level of services: DEBUG, INFO, WARNING or ERROR"""

    @pydantic.field_validator("retention_days")
    @classmethod
    def _valid_retention(cls, days: int) -> int:
        if days not in RETENTIONS:
            raise ValueError(f"{days} is not offered by CloudWatch Logs")
        return days

    def encrypted_with(self, key: EncryptionKey) -> LogSettings:
        """Return the settings of log groups, encrypted with *key*."""
        return LogSettings(retention_days=self.retention_days, key_arn=key.arn)


class ComputeSettings(SettingsGroup):
    """Limits and versions of compute in an environment."""

    RENAMED: ClassVar[dict[str, str]] = {"fewest_tasks": "min_tasks", "most_tasks": "max_tasks"}

    min_tasks: int = pydantic.Field(default=1, ge=1)
    """lower limit of the number of tasks of a service"""

    max_tasks: int = pydantic.Field(default=100, ge=1)
    """upper limit of the number of tasks of a service"""

    max_tasks_of: dict[str, pydantic.PositiveInt] = pydantic.Field(
        default_factory=dict[str, pydantic.PositiveInt]
    )
    """upper limits of single services by name; other names have no effect"""

    runtime: str = pydantic.Field(default="python3.13", pattern=r"^python3\.\d+$")
    """Lambda runtime of functions, such as python3.13"""

    enhanced_insights: bool = False
    """true for Container Insights with enhanced observability, which costs more"""

    def within_limits(self, count: int, service: str) -> int:
        """Return the number of tasks of *service* nearest to *count* that is allowed."""
        return max(self.min_tasks, min(count, self.max_tasks_of.get(service, self.max_tasks)))

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> ComputeSettings:
        if self.max_tasks < self.min_tasks:
            raise ValueError("max_tasks is below min_tasks")
        for service, count in self.max_tasks_of.items():
            if count < self.min_tasks:
                raise ValueError(f"max_tasks_of: {service} is below min_tasks")
        return self


@dataclass(frozen=True, kw_only=True)
class ComputeOutputs:
    """ECS cluster and password rotation."""

    cluster: ContainerCluster
    rotation: PasswordRotation


@dataclass(frozen=True, kw_only=True)
class ComputeUpstream:
    """Layers and settings that compute depends on."""

    target: DeploymentTarget
    logs: LogSettings
    ssl_mode: str
    artifacts: Artifacts
    foundation: FoundationOutputs
    vpc: Vpc


def build(
    settings: ComputeSettings,
    upstream: ComputeUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> ComputeOutputs:
    """Define the ECS cluster and the rotation function."""
    cluster = ContainerCluster(
        "services", ContainerClusterArgs(enhanced_insights=settings.enhanced_insights), opts
    )
    vpc, foundation = upstream.vpc, upstream.foundation
    group = WorkloadSecurityGroup(
        f"{ROTATION}-network",
        WorkloadSecurityGroupArgs(vpc_id=vpc.vpc_id, description="Renews database passwords"),
        opts,
    )
    rotation = LambdaFunction(
        ROTATION,
        LambdaFunctionArgs(
            archive=upstream.artifacts.function(ROTATION),
            handler="handler.handler",
            alarms=foundation.alarms,
            runtime=settings.runtime,
            timeout_seconds=ROTATION_SECONDS,
            environment={"DATABASE_SSLMODE": upstream.ssl_mode},
            environment_key_arn=foundation.key.arn,
            vpc=VpcPlacement(
                subnet_ids=vpc.private_subnet_ids,
                security_group_ids=[group.security_group_id],
            ),
            description="Renews the passwords of database users",
            logs=upstream.logs,
        ),
        # The function needs the egress rules of its security group.
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[group])),
    )
    access = RotationAccess(
        f"{ROTATION}-access",
        RotationAccessArgs(
            function=rotation,
            account_id=upstream.target.account,
            region=upstream.target.region,
            key_arn=foundation.key.arn,
        ),
        opts,
    )
    return ComputeOutputs(
        cluster=cluster,
        rotation=PasswordRotation(function=rotation, security_group=group, ready=[access]),
    )
