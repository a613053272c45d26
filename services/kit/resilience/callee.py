"""What a process knows about one callee, and the course of one call of it.

    with callee.call(deadline, retryable=True) as call:
        while True:
            seconds = call.attempt()         # to respond; raises CallError
            try:
                response = send(seconds)
            except CallError as error:
                time.sleep(call.failed(error))  # raises the error if it is not retried
            else:
                call.succeeded()
                return response

The clock and the random numbers are parameters; nothing here waits or sends. It is thread-safe.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from random import random as random_number
from typing import TYPE_CHECKING, Self

from kit.resilience.breaker import OPEN_SECONDS, Breaker, Permit, State
from kit.resilience.budget import RetryBudget
from kit.resilience.errors import (
    BulkheadFullError,
    CallError,
    CircuitOpenError,
    DeadlineExceededError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_MS = 3000
MAX_CONCURRENCY = 32
TRIES = 3
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.05, 1.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of the calls of one callee, from `calls` in service.yaml."""

    timeout_ms: int = TIMEOUT_MS
    """Longest time of a call, with its retries."""

    max_concurrency: int = MAX_CONCURRENCY
    """Calls in progress in one process; further ones are refused at once."""

    open_seconds: float = OPEN_SECONDS
    """Pause before a circuit that opened is probed."""


class Callee:
    """Budget, circuit and bulkhead of the calls of one service."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random_number,
    ) -> None:
        """Call the service *name* within *limits*."""
        self.name = name
        self.limits = limits
        self.clock = clock
        self.random = random
        self.lock = threading.Lock()
        self.budget = RetryBudget()
        self.breaker = Breaker(clock, random, open_seconds=limits.open_seconds)
        self.running = 0

    @property
    def state(self) -> State:
        """State of its circuit."""
        with self.lock:
            return self.breaker.state

    def call(self, deadline: float, *, retryable: bool) -> Call:
        """Return a call that ends before *deadline*, the request's own."""
        return Call(self, deadline, retryable=retryable)


class Call:
    """One call: the attempts to send its request, and what may still follow."""

    def __init__(self, callee: Callee, deadline: float, *, retryable: bool) -> None:
        """See Callee.call."""
        self._callee = callee
        self._retryable = retryable
        own = callee.clock() + callee.limits.timeout_ms / 1000
        self._until = min(own, deadline)
        self._cut_short = deadline < own
        self._attempts = 0
        self._permit: Permit | None = None

    def __enter__(self) -> Self:
        """Take a place in the bulkhead; raises BulkheadFullError."""
        callee = self._callee
        with callee.lock:
            if callee.running >= callee.limits.max_concurrency:
                most = callee.limits.max_concurrency
                raise BulkheadFullError(callee.name, f"{most} calls of it are in progress")
            callee.running += 1
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bulkhead; an attempt without an outcome says nothing about the callee."""
        with self._callee.lock:
            self._callee.running -= 1
            self._record(None)

    @property
    def attempts(self) -> int:
        """Number of requests that were sent."""
        return self._attempts

    def attempt(self) -> float:
        """Return the seconds within which a request may be sent and answered.

        Raises DeadlineExceededError and CircuitOpenError.
        """
        callee = self._callee
        remaining = self._until - callee.clock()
        if remaining <= 0:
            raise self.too_late()
        with callee.lock:
            self._permit = callee.breaker.admit()
            if self._permit is None:
                raise CircuitOpenError(callee.name, "its last calls failed; it is probed soon")
            if self._attempts == 0:
                callee.budget.deposit()
        self._attempts += 1
        return remaining

    def too_late(self) -> DeadlineExceededError:
        """Return the error of a call that has run out of time."""
        if self._cut_short:
            return DeadlineExceededError(self._callee.name, "the request's deadline has passed")
        within = f"it did not respond within {self._callee.limits.timeout_ms} ms"
        return DeadlineExceededError(self._callee.name, within)

    def succeeded(self) -> None:
        """Count a response of the callee."""
        with self._callee.lock:
            self._record(succeeded=True)

    def failed(self, error: CallError) -> float:
        """Count a failure; return the pause before the next attempt, or raise *error*."""
        callee = self._callee
        late = isinstance(error, DeadlineExceededError)
        with callee.lock:
            # A deadline that cut the call short says nothing about the callee.
            self._record(None if late and self._cut_short else False)
            pause = self._pause()
            final = (
                late
                or not self._retryable
                or self._attempts >= TRIES
                or callee.clock() + pause >= self._until
                or callee.breaker.state is not State.CLOSED
                or not callee.budget.withdraw()
            )
        if final:
            raise error
        return pause

    def _pause(self) -> float:
        most = FIRST_PAUSE_SECONDS * 2 ** (self._attempts - 1)
        return self._callee.random() * min(most, MAX_PAUSE_SECONDS)

    def _record(self, succeeded: bool | None) -> None:
        permit, self._permit = self._permit, None
        if permit is not None:
            self._callee.breaker.record(permit, succeeded=succeeded)
