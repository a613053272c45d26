"""The current deployment of a service and its circuit breaker."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.runtime.tasks.rollout import failures_allowed, pause_after

if TYPE_CHECKING:
    from localcloud.runtime.tasks.service_definition import ServiceDefinition

MAX_EVENTS = 20
STABLE_SECONDS = 60.0  # a task that was healthy for this long resets the failure count


@dataclass
class Deployment:
    """A deployment: its rollout state and failed tasks."""

    key: tuple[str, str]
    definition: str
    state: str = "IN_PROGRESS"
    reason: str = ""
    failures: int = 0
    """Consecutive failed tasks."""
    not_before: float = 0.0
    """Earliest start of the next task, on the monotonic clock."""

    blocked: bool = False
    """Whether an event has said that the deployment configuration allows no step."""

    @property
    def failed(self) -> bool:
        """Whether the circuit breaker has stopped it."""
        return self.state == "FAILED"

    def record_failure(self, desired: ServiceDefinition, why: str, healthy: float) -> bool:
        """Count a failed task; return whether the circuit breaker stops the deployment."""
        self.failures = 1 if healthy >= STABLE_SECONDS else self.failures + 1
        self.not_before = time.monotonic() + pause_after(self.failures)
        if self.state != "IN_PROGRESS":
            return False
        self.reason = f"{self.failures} tasks failed to start; the last one: {why}"
        allowed = failures_allowed(desired.limits.desired)
        if not desired.circuit_breaker or self.failures < allowed:
            return False
        self.state = "FAILED"
        self.reason = (
            f"ECS deployment circuit breaker: {self.failures} tasks failed to start; the last one:"
            f" {why}"
        )
        return True

    def complete(self) -> None:
        """Set the rollout state to COMPLETED if the deployment is in progress."""
        if self.state == "IN_PROGRESS":
            self.state = "COMPLETED"
            self.failures = 0
            self.reason = "ECS deployment completed."


@dataclass
class ServiceEvents:
    """Service events, newest last."""

    name: str
    fresh: list[str] = field(default_factory=list)
    """Events that have not been reported yet."""
    stopped: bool = False
    """Whether the last event about it is that the service is stopped."""

    def record(self, what: str) -> None:
        """Add an event."""
        self.fresh.append(f"(service {self.name}) {what}")
        del self.fresh[:-MAX_EVENTS]

    def report(
        self, desired: ServiceDefinition, deployment: Deployment, running: int, pending: int
    ) -> dict[str, Any]:
        """Return the report to the control plane, without the events."""
        if desired.stopped and not self.stopped:
            self.record(f"has no tasks. {desired.stopped_reason}")
        self.stopped = desired.stopped
        return {
            "serviceArn": desired.arn,
            "deploymentId": deployment.key[1],
            "runningCount": running,
            "pendingCount": pending,
            "rolloutState": deployment.state,
            "rolloutStateReason": desired.stopped_reason or deployment.reason,
        }
