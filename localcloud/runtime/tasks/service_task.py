"""The tasks of a service, with what the service thinks of each."""

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
"""How long a task without any health check has to live to count as healthy."""


class Phase(StrEnum):
    """Where a task is in its service's life."""

    STARTING = "starting"
    HEALTHY = "healthy"
    STOPPING = "leaving"
    STOPPED = "ended"


@dataclass(eq=False)
class ServiceTask:
    """One task of a service."""

    task: Task
    key: tuple[str, str]
    """The deployment it belongs to."""
    runs: asyncio.Task[None]
    phase: Phase = Phase.STARTING
    registered_target: bool = False
    failure: str | None = None
    """Why it counts as failed."""
    healthy_since: float | None = None
    """When it was first found healthy."""

    @property
    def alive_seconds(self) -> float:
        """How long it has been running."""
        started = self.task.started_at
        return 0.0 if started is None else time.monotonic() - started

    @property
    def healthy_seconds(self) -> float:
        """How long ago it was first found healthy; none where it never was."""
        return 0.0 if self.healthy_since is None else time.monotonic() - self.healthy_since

    def update_health(
        self,
        bound: Sequence[LoadBalancerTarget],
        targets: Mapping[str, Mapping[str, Mapping[str, Any]]] | None,
        grace_seconds: float,
    ) -> None:
        """Decide whether the task is healthy, or is to be replaced."""
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
        """Return whether the front door finds it healthy; while that is away, what it found."""
        if not bound:
            return True
        if targets is None:
            return self.phase is Phase.HEALTHY
        thought, why = target_health(bound, self.task, targets)
        if thought is TargetHealth.UNHEALTHY and self.alive_seconds >= grace_seconds:
            self.failure = f"Task failed ELB health checks: {why}"
        return thought is TargetHealth.HEALTHY

    @property
    def counted(self) -> bool:
        """Whether it is one of the tasks that the service has now."""
        return self.phase in {Phase.STARTING, Phase.HEALTHY} and not self.failure


def counts(tasks: Sequence[ServiceTask], key: tuple[str, str]) -> Counts:
    """Return how many of *tasks* belong to the deployment *key*, and how many are healthy."""
    counted = [one for one in tasks if one.counted]
    new = [one for one in counted if one.key == key]
    old = [one for one in counted if one.key != key]
    return Counts(
        new=len(new),
        new_healthy=sum(one.phase is Phase.HEALTHY for one in new),
        old=len(old),
        old_healthy=sum(one.phase is Phase.HEALTHY for one in old),
    )
