"""The arithmetic of rolling updates."""

from __future__ import annotations

import math
from dataclasses import dataclass

MIN_FAILURES, MAX_FAILURES = 3, 200  # the bounds of ECS's circuit breaker
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.5, 60.0


@dataclass(frozen=True)
class Counts:
    """Numbers of running and healthy tasks, of the new and the old definition."""

    new: int
    new_healthy: int
    old: int
    old_healthy: int


@dataclass(frozen=True)
class Limits:
    """Desired count and deployment configuration (minimum and maximum percent)."""

    desired: int
    minimum_percent: int = 100
    maximum_percent: int = 200

    @property
    def min_healthy(self) -> int:
        """Minimum number of healthy tasks."""
        return math.ceil(self.desired * self.minimum_percent / 100)

    @property
    def max_running(self) -> int:
        """Maximum number of running tasks."""
        return max(self.desired * self.maximum_percent // 100, 1 if self.desired else 0)


@dataclass(frozen=True)
class RolloutStep:
    """Numbers of tasks to start and to stop."""

    start: int = 0
    stop_old: int = 0
    stop_new: int = 0


def next_step(limits: Limits, counts: Counts) -> RolloutStep:
    """Return how many new tasks to start, and how many old and new ones to stop."""
    if counts.new > limits.desired:
        return RolloutStep(stop_old=counts.old, stop_new=counts.new - limits.desired)
    room = limits.max_running - counts.new - counts.old
    start = max(0, min(limits.desired - counts.new, room))
    unhealthy_old = counts.old - counts.old_healthy
    spare = counts.old_healthy + counts.new_healthy - limits.min_healthy
    stop_healthy = max(0, min(counts.old_healthy, spare))
    if counts.new_healthy >= limits.desired:
        stop_healthy = counts.old_healthy
    blocked = start == 0 and counts.new < limits.desired
    stop_unhealthy = unhealthy_old if blocked or counts.new_healthy >= limits.desired else 0
    return RolloutStep(start=start, stop_old=stop_healthy + stop_unhealthy)


def overlay_step(limits: Limits, counts: Counts) -> RolloutStep:
    """Return the step to another overlay: one task is enough to replace all others.

    Others that are not healthy yet, such as those of the overlay before, are stopped at once.
    """
    if not limits.desired:
        return next_step(limits, counts)
    surplus = counts.old if counts.new_healthy else counts.old - counts.old_healthy
    return RolloutStep(start=0 if counts.new else 1, stop_old=surplus)


def is_blocked(limits: Limits, counts: Counts) -> bool:
    """Return whether the limits allow neither to start a new task nor to stop an old one."""
    settled = counts.old == counts.old_healthy and counts.new == counts.new_healthy
    waiting = counts.old > 0 and counts.new < limits.desired
    return settled and waiting and next_step(limits, counts) == RolloutStep()


def failures_allowed(desired: int) -> int:
    """Return the failure threshold of the circuit breaker."""
    return min(MAX_FAILURES, max(MIN_FAILURES, math.ceil(desired / 2)))


def pause_after(failures: int) -> float:
    """Return the delay before the next start after *failures*, in seconds."""
    return min(FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 10), MAX_PAUSE_SECONDS)
