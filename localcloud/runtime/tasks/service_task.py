"""The tasks of a service and their health."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from localcloud.runtime.tasks.container import Health
from localcloud.runtime.tasks.rollout import Counts
from localcloud.runtime.tasks.target_registration import TargetHealth, target_health

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence
    from typing import Any

    from localcloud.runtime.tasks.target_registration import LoadBalancerTarget
    from localcloud.runtime.tasks.task import Task

STEADY_SECONDS = 2.0
"""Seconds after which a running task without a health check counts as healthy."""


class Phase(StrEnum):
    """Lifecycle of a task in its service."""

    STARTING = "starting"
    HEALTHY = "healthy"
    STOPPING = "leaving"
    STOPPED = "ended"


@dataclass(eq=False)
class ServiceTask:
    """A task of a service."""

    task: Task
    key: tuple[str, str]
    """Key of its deployment."""
    runs: asyncio.Task[None]
    overlay: str = ""
    """Version of the overlay that it runs; '' for the deployed code."""
    phase: Phase = Phase.STARTING
    registered: tuple[LoadBalancerTarget, ...] | None = None
    """The target groups it is registered in; those of its service may have changed since."""
    failure: str | None = None
    """Reason of its failure; None if it has not failed."""
    healthy_since: float | None = None
    """Time of the first healthy result, on the monotonic clock."""

    @property
    def alive_seconds(self) -> float:
        """Seconds since it is running."""
        started = self.task.started_at
        return 0.0 if started is None else time.monotonic() - started

    @property
    def healthy_seconds(self) -> float:
        """Seconds since it was first healthy; 0 if it never was."""
        return 0.0 if self.healthy_since is None else time.monotonic() - self.healthy_since

    def update_health(
        self,
        bound: Sequence[LoadBalancerTarget],
        targets: Mapping[str, Mapping[str, Mapping[str, Any]]] | None,
        grace_seconds: float,
    ) -> None:
        """Set phase and failure from the state of the task and of its targets."""
        if self.task.ended:
            if self.phase is not Phase.STOPPING:
                self.failure = self.failure or self.task.reason or "the task ended"
                self.phase = Phase.STOPPED
            return
        if self.phase is Phase.STOPPING or self.task.status != "RUNNING":
            return
        healthy = self._serves(bound, targets, grace_seconds)
        if self.task.has_health_check:
            healthy = healthy and self.task.health is Health.HEALTHY
            if self.task.health is Health.UNHEALTHY:
                self.failure = "Task failed container health checks"
        elif not bound:
            healthy = self.alive_seconds >= STEADY_SECONDS
        if healthy and not self.failure:
            self.phase = Phase.HEALTHY
            self.healthy_since = self.healthy_since or time.monotonic()

    def _serves(
        self,
        bound: Sequence[LoadBalancerTarget],
        targets: Mapping[str, Mapping[str, Mapping[str, Any]]] | None,
        grace_seconds: float,
    ) -> bool:
        """Return whether its targets are healthy; the last result if the front door is down."""
        if not bound:
            return True
        if targets is None:
            return self.phase is Phase.HEALTHY
        health, why = target_health(bound, self.task, targets)
        if health is TargetHealth.UNHEALTHY and self.alive_seconds >= grace_seconds:
            self.failure = f"Task failed ELB health checks: {why}"
        return health is TargetHealth.HEALTHY

    @property
    def is_healthy(self) -> bool:
        """Whether it is in the phase HEALTHY."""
        return self.phase is Phase.HEALTHY

    @property
    def counted(self) -> bool:
        """Whether it counts as a task of the service: not stopping and not failed."""
        return self.phase in {Phase.STARTING, Phase.HEALTHY} and not self.failure


def counts(tasks: Sequence[ServiceTask], key: tuple[str, str], overlay: str) -> Counts:
    """Return how many of *tasks* belong to the deployment *key*, and how many are healthy.

    Tasks that do not run the version *overlay* count as old ones.
    """
    counted = [one for one in tasks if one.counted]
    new = [one for one in counted if one.key == key and one.overlay == overlay]
    old = [one for one in counted if one not in new]
    return Counts(
        new=len(new),
        new_healthy=sum(one.phase is Phase.HEALTHY for one in new),
        old=len(old),
        old_healthy=sum(one.phase is Phase.HEALTHY for one in old),
    )
