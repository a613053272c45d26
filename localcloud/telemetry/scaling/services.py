"""Reads and changes the number of tasks of ECS services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.telemetry.scaling.tracking import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.api import AwsApi

API = "application-autoscaling"
NAMESPACE = "ecs"


@dataclass(frozen=True)
class Target:
    """A scalable target: an ECS service's desired count."""

    resource: str
    """`service/<cluster>/<service>`."""
    dimension: str
    limits: Limits
    desired: int
    running: int


class Services:
    """The scalable targets and policies of ECS services."""

    def __init__(self, aws: AwsApi) -> None:
        """Use the API *aws*."""
        self._aws = aws

    async def policies(self) -> list[dict[str, Any]]:
        """Return the scaling policies, as DescribeScalingPolicies does."""
        asked = {"ServiceNamespace": NAMESPACE}
        return await self._aws.pages(API, "DescribeScalingPolicies", "ScalingPolicies", **asked)

    async def targets(self) -> list[Target]:
        """Return the scalable targets whose services are active and run."""
        asked = {"ServiceNamespace": NAMESPACE}
        found = await self._aws.pages(API, "DescribeScalableTargets", "ScalableTargets", **asked)
        return [target for one in found if (target := await self._target(one)) is not None]

    async def set_desired_count(self, target: Target, count: int) -> str:
        """Set the number of tasks; return what went wrong, or ''."""
        _, cluster, service = target.resource.split("/")
        try:
            await self._aws(
                "ecs", "UpdateService", cluster=cluster, service=service, desiredCount=count
            )
        except ClientError as error:
            return str(error)
        return ""

    async def _target(self, found: Mapping[str, Any]) -> Target | None:
        resource = found["ResourceId"]
        _, cluster, name = resource.split("/")
        answer = await self._aws("ecs", "DescribeServices", cluster=cluster, services=[name])
        service = next(iter(answer["services"]), None)
        if service is None or not service.get("runningCount"):
            return None
        suspended = found.get("SuspendedState") or {}
        limits = Limits(
            minimum=found["MinCapacity"],
            maximum=found["MaxCapacity"],
            out_suspended=bool(suspended.get("DynamicScalingOutSuspended")),
            in_suspended=bool(suspended.get("DynamicScalingInSuspended")),
        )
        dimension = found["ScalableDimension"]
        return Target(resource, dimension, limits, service["desiredCount"], service["runningCount"])
