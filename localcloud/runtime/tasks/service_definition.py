"""What a service is meant to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.runtime.tasks.rollout import Limits
from localcloud.runtime.tasks.target_registration import Binding, bindings

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Desired:
    """A service's settings as its runner needs them."""

    arn: str
    name: str
    cluster: str
    definition: str
    deployment: str
    limits: Limits
    bindings: tuple[Binding, ...]
    grace_seconds: float
    breaks: bool
    """Whether the circuit breaker ends a deployment that fails."""
    rolls_back: bool

    @property
    def key(self) -> tuple[str, str]:
        """What changes with every deployment."""
        return self.definition, self.deployment

    @property
    def group(self) -> str:
        """The group that the service's tasks belong to."""
        return f"service:{self.name}"


def desired(service: Mapping[str, Any]) -> Desired:
    """Return what `DescribeServices` says a service is meant to be."""
    settings = service.get("deploymentConfiguration") or {}
    breaker = settings.get("deploymentCircuitBreaker") or {}
    minimum, maximum = settings.get("minimumHealthyPercent"), settings.get("maximumPercent")
    deployments = service.get("deployments") or [{}]
    return Desired(
        arn=service["serviceArn"],
        name=service["serviceName"],
        cluster=service["clusterArn"],
        definition=service["taskDefinition"],
        deployment=str(deployments[0].get("id") or ""),
        limits=Limits(
            desired=int(service.get("desiredCount") or 0),
            minimum_percent=100 if minimum is None else int(minimum),
            maximum_percent=200 if maximum is None else int(maximum),
        ),
        bindings=bindings(service),
        grace_seconds=float(service.get("healthCheckGracePeriodSeconds") or 0),
        breaks=breaker.get("enable") is True,
        rolls_back=breaker.get("rollback") is True,
    )
