"""The desired state of an ECS service."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from localcloud.off import NotRunning
from localcloud.runtime.tasks.images import not_run_reason
from localcloud.runtime.tasks.rollout import Limits
from localcloud.runtime.tasks.target_registration import LoadBalancerTarget, load_balancer_targets
from localcloud.stopped import service_of

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY: Mapping[str, Any] = MappingProxyType({})
NOTHING = NotRunning()


@dataclass(frozen=True)
class ServiceDefinition:
    """Settings of an ECS service."""

    arn: str
    name: str
    cluster: str
    definition: str
    deployment: str
    limits: Limits
    load_balancer_targets: tuple[LoadBalancerTarget, ...]
    grace_seconds: float
    circuit_breaker: bool
    """Whether the deployment circuit breaker is enabled."""
    rollback: bool
    stopped_reason: str = ""
    """Why no task runs on this machine, whatever its desired count; '' if tasks run."""

    @property
    def stopped(self) -> bool:
        """Whether no task runs on this machine."""
        return bool(self.stopped_reason)

    @property
    def key(self) -> tuple[str, str]:
        """Task definition and deployment ID; it changes with every deployment."""
        return self.definition, self.deployment

    @property
    def group(self) -> str:
        """Task group of the service's tasks."""
        return f"service:{self.name}"


def parse_service(
    service: Mapping[str, Any],
    not_running: NotRunning = NOTHING,
    definition: Mapping[str, Any] = EMPTY,
) -> ServiceDefinition:
    """Parse a service in a response of DescribeServices.

    It runs no task if it is one of the services *not_running*, or if the images of its task
    *definition* do not exist on this machine.
    """
    settings = service.get("deploymentConfiguration") or {}
    breaker = settings.get("deploymentCircuitBreaker") or {}
    minimum, maximum = settings.get("minimumHealthyPercent"), settings.get("maximumPercent")
    deployments = service.get("deployments") or [{}]
    reason = not_running.reason(service_of(service.get("tags") or ()))
    reason = reason or not_run_reason(definition)
    return ServiceDefinition(
        arn=service["serviceArn"],
        name=service["serviceName"],
        cluster=service["clusterArn"],
        definition=service["taskDefinition"],
        deployment=str(deployments[0].get("id") or ""),
        limits=Limits(
            desired=0 if reason else int(service.get("desiredCount") or 0),
            minimum_percent=100 if minimum is None else int(minimum),
            maximum_percent=200 if maximum is None else int(maximum),
        ),
        load_balancer_targets=load_balancer_targets(service),
        grace_seconds=float(service.get("healthCheckGracePeriodSeconds") or 0),
        circuit_breaker=breaker.get("enable") is True,
        rollback=breaker.get("rollback") is True,
        stopped_reason=reason,
    )
