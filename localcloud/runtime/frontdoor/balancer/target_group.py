"""The targets of a target group: their states, round robin, and deregistration delay."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable


class TargetState(StrEnum):
    """States of a target, as DescribeTargetHealth reports them."""

    INITIAL = "initial"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    DRAINING = "draining"


@dataclass(frozen=True)
class TargetGroupSettings:
    """Health check and attributes of a target group."""

    arn: str
    name: str
    check_protocol: str = "HTTP"
    check_path: str = "/"
    check_port: str = "traffic-port"
    check_enabled: bool = True
    interval_seconds: float = 30
    timeout_seconds: float = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    matcher: str = "200"
    deregistration_delay_seconds: float = 300
    sticky: bool = False
    service: str = ""
    """The service it belongs to, by its tags."""


@dataclass(eq=False)
class Target:
    """A registered target and its health."""

    address: str
    state: TargetState = TargetState.INITIAL
    reason: str = "Elb.RegistrationInProgress"
    in_flight: int = 0
    successes: int = 0
    failures: int = 0
    drained_after: float | None = None
    """End of the deregistration delay, on the monotonic clock; None unless draining."""


@dataclass
class TargetGroup:
    """A target group and its targets."""

    settings: TargetGroupSettings
    targets: dict[str, Target] = field(default_factory=dict)
    _turn: int = 0
    _healthy: list[Target] = field(default_factory=list)

    @property
    def has_healthy(self) -> bool:
        """Whether it has a healthy target."""
        return bool(self._healthy)

    @property
    def healthy_count(self) -> int:
        """Number of healthy targets."""
        return len(self._healthy)

    def pick(self, tried: Container[str] = ()) -> Target | None:
        """Return the next healthy target, round robin, that is not in *tried*."""
        healthy = self._healthy
        for _ in range(len(healthy)):
            self._turn += 1
            target = healthy[self._turn % len(healthy)]
            if not tried or target.address not in tried:
                return target
        return None

    def any(self, tried: Container[str] = ()) -> Target | None:
        """Return a target that is neither draining nor in *tried*, whatever its health."""
        known = (TargetState.UNHEALTHY, TargetState.INITIAL)
        left = [one for one in self.targets.values() if one.state in known]
        return next((one for one in left if one.address not in tried), None)

    def healthy(self, address: str) -> Target | None:
        """Return the target at *address* if it is healthy."""
        target = self.targets.get(address)
        return target if target is not None and target.state is TargetState.HEALTHY else None

    def set_state(self, target: Target, state: TargetState, reason: str) -> None:
        """Set state and reason of *target*."""
        target.state, target.reason = state, reason
        self._healthy = [one for one in self.targets.values() if one.state is TargetState.HEALTHY]

    def update(self, registered: Iterable[str]) -> list[Target]:
        """Set the registered addresses; return the new targets, which need health checks.

        A deregistered target receives no new requests, and is kept while requests to it are in
        flight.
        """
        wanted = set(registered)
        for target in self.targets.values():
            if target.address not in wanted and target.state is not TargetState.DRAINING:
                target.drained_after = time.monotonic() + self.settings.deregistration_delay_seconds
                self.set_state(target, TargetState.DRAINING, "Target.DeregistrationInProgress")
        added: list[Target] = []
        for address in wanted:
            known = self.targets.get(address)
            if known is None or known.state is TargetState.DRAINING:
                self.targets[address] = Target(address)
                added.append(self.targets[address])
        self.remove_drained()
        return added

    def remove_drained(self) -> bool:
        """Remove draining targets without requests or past their delay; return whether any was."""
        now = time.monotonic()
        gone = [
            target
            for target in self.targets.values()
            if target.state is TargetState.DRAINING
            and (not target.in_flight or now >= (target.drained_after or now))
        ]
        for target in gone:
            del self.targets[target.address]
        self._healthy = [one for one in self.targets.values() if one.state is TargetState.HEALTHY]
        return bool(gone)
