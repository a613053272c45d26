"""What the environment provides to the translation of a service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.messaging.event_topic import EventTopic
    from components.service.args import Callee
    from components.service.platform import Platform
    from stacks.artifacts import Artifacts
    from stacks.compute import ComputeSettings
    from stacks.deployment_target import DeploymentTarget


@dataclass(frozen=True, kw_only=True)
class ServiceContext:
    """What the environment provides to each of its services."""

    target: DeploymentTarget
    """Account and region."""

    platform: Platform
    """Resources that services share."""

    compute: ComputeSettings
    """Limits and versions of compute."""

    artifacts: Artifacts
    """Artifacts to deploy."""

    topics: Mapping[str, EventTopic]
    """SNS topic of each event."""

    callees: Mapping[str, Callee]
    """URL of each service that is called."""

    priorities: Mapping[str, int]
    """Priority of each route's listener rule."""
