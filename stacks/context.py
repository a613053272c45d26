"""The shared resources and settings from which a service's arguments are built."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stacks.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from components.service.calls import Callee
    from components.service.platform import Platform
    from spec.service import ServiceSpec
    from stacks.artifacts import Artifacts
    from stacks.compute import ComputeSettings
    from stacks.deployment_target import DeploymentTarget
    from stacks.messaging import Channels, Queues


def with_runbook(platform: Platform, spec: ServiceSpec) -> Platform:
    """Return *platform* with alarms that link to the runbook of *spec*, if it has one."""
    if spec.runbook is None:
        return platform
    return replace(platform, alarms=replace(platform.alarms, runbook=spec.runbook))


@dataclass(frozen=True, kw_only=True)
class ServiceContext:
    """Shared resources and settings of an environment."""

    target: DeploymentTarget
    """Account and region."""

    platform: Platform
    """Resources that services share."""

    compute: ComputeSettings
    """Limits and versions of compute."""

    artifacts: Artifacts
    """Artifacts to deploy."""

    channels: Channels
    """Channels of each event."""

    queues: Queues
    """Plain queues by name."""

    senders: Mapping[str, Sequence[str]]
    """Services that may send to each plain queue."""

    callees: Mapping[str, Callee]
    """URL and audience of each service that is called."""

    priorities: Mapping[str, int]
    """Priority of each route's listener rule."""

    log_counts: Mapping[str, Collection[str]] = field(default_factory=dict[str, "Collection[str]"])
    """Names of what is counted in the logs of each service."""

    shared: Shared = field(default_factory=Shared)
    """What the environment has once."""
