"""A circuit breaker: a service that keeps failing is left alone, then probed.

closed ──(half of the last calls failed)──> open ──(a pause)──> half-open
half-open ──(a probe fails)──> open
half-open ──(some probes in a row succeed)──> closed
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = 20
"""Number of last calls that are looked at."""
LEAST = 5
"""Number of calls that are looked at, at least, before the circuit opens."""
FAILED = 0.5
"""Share of failed calls that opens the circuit."""
OPEN_SECONDS = 2.0
PROBES = 3
"""Successful probes in a row that close the circuit."""
JITTER = 0.2  # of the pause, so that the callers of a service do not probe it together


class State(StrEnum):
    """State of a circuit."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True)
class Permit:
    """Permission to send one request; its outcome is counted for the state it was given in."""

    epoch: int


class Breaker:
    """The circuit breaker of one callee."""

    def __init__(
        self,
        clock: Callable[[], float],
        random: Callable[[], float],
        *,
        open_seconds: float = OPEN_SECONDS,
    ) -> None:
        """Use *clock* for the pause, and *random*, from 0 to 1, for its jitter."""
        self._clock = clock
        self._random = random
        self._open_seconds = open_seconds
        self._state = State.CLOSED
        self._epoch = 0
        self._outcomes: deque[bool] = deque(maxlen=WINDOW)
        self._until = 0.0
        self._probing = False
        self._succeeded = 0

    @property
    def state(self) -> State:
        """Current state."""
        if self._state is State.OPEN and self._clock() >= self._until:
            self._enter(State.HALF_OPEN)
        return self._state

    def admit(self) -> Permit | None:
        """Return the permission to send a request; None if the circuit does not allow it."""
        state = self.state
        if state is State.OPEN or (state is State.HALF_OPEN and self._probing):
            return None
        self._probing = state is State.HALF_OPEN
        return Permit(self._epoch)

    def record(self, permit: Permit, *, succeeded: bool | None) -> None:
        """Count the outcome of a request; None says nothing about the callee."""
        if permit.epoch != self._epoch:
            return  # it was sent before the state changed
        self._probing = False
        if succeeded is None:
            return
        if self._state is State.HALF_OPEN:
            self._probed(succeeded=succeeded)
            return
        self._outcomes.append(succeeded)
        seen, failed = len(self._outcomes), self._outcomes.count(False)
        if not succeeded and seen >= LEAST and failed >= FAILED * seen:
            self._enter(State.OPEN)

    def _probed(self, *, succeeded: bool) -> None:
        if not succeeded:
            self._enter(State.OPEN)
            return
        self._succeeded += 1
        if self._succeeded >= PROBES:
            self._enter(State.CLOSED)

    def _enter(self, state: State) -> None:
        self._state = state
        self._epoch += 1
        self._outcomes.clear()
        self._probing = False
        self._succeeded = 0
        jitter = 1 + JITTER * (2 * self._random() - 1)
        self._until = self._clock() + self._open_seconds * jitter
