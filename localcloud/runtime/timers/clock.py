"""The clock of AWS timers: real time, plus what `bulkhead time advance` has added.

Schedules, expiry of items (TTL) and lifecycle rules follow it. Clocks of services, tokens and
timeouts do not. `context.clock` of the workers is one of these; a part hands it a timer:

    context.clock.add(timer)        # fires it until `remove(timer)`
    context.clock.wake()            # after `timer.next_due()` has changed
    context.clock.now()             # the time in UTC, advanced

`advance` fires every due timer in order, each at the moment it is due, and returns afterwards. The
clock keeps what was added in a file: it goes on where it was after a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LOG = logging.getLogger(__name__)

MAX_PAUSE_SECONDS = 30.0
"""A laptop that was suspended fires what is due this long after it resumes."""

MAX_MOMENTS = 10_000
"""Moments of one `advance` at which timers fire: a week of a schedule of every minute."""

RETRY_SECONDS = 1.0
"""Pause of a timer that raised an exception."""


class Timer(Protocol):
    """Work that becomes due."""

    def next_due(self) -> datetime | None:
        """Return when it is due next, in UTC; None for never."""
        ...

    async def fire(self, now: datetime) -> None:
        """Do what is due at *now*; afterwards it is due later than *now*, or never."""
        ...


class Clock:
    """Tells the time of AWS timers, and fires them."""

    def __init__(
        self, file: Path, real: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Keep what was added to *real* in *file*."""
        self._file = file
        self._real = real
        self._added = timedelta(seconds=_read(file))
        self._timers: list[Timer] = []
        self._failed: dict[int, float] = {}
        self._wake = asyncio.Event()
        self._firing = asyncio.Lock()

    @property
    def added(self) -> timedelta:
        """What was added to the real time."""
        return self._added

    def now(self) -> datetime:
        """Return the time in UTC."""
        return self._real() + self._added

    def add(self, timer: Timer) -> None:
        """Fire *timer* whenever it is due."""
        self._timers.append(timer)
        self.wake()

    def remove(self, timer: Timer) -> None:
        """Fire *timer* no longer."""
        self._timers.remove(timer)
        self._failed.pop(id(timer), None)

    def wake(self) -> None:
        """Ask the timers again when they are due."""
        self._wake.set()

    async def run(self) -> None:
        """Fire timers until cancelled."""
        while True:
            self._wake.clear()
            async with self._firing:
                await self._fire(self.now())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()

    async def advance(self, delta: timedelta) -> datetime:
        """Add *delta*; fire each timer that becomes due, in order, and return the new time.

        That is earlier than asked for after `MAX_MOMENTS`.
        """
        async with self._firing:
            target, moments = self.now() + delta, 0
            while (due := self._earliest()) is not None and due <= target:
                moment = max(due, self.now())
                moments += 1
                if moments > MAX_MOMENTS:
                    return self.now()
                self._jump(moment)
                await self._fire(moment)
            self._jump(target)
            await self._fire(target)
        self.wake()
        return target

    def _jump(self, moment: datetime) -> None:
        added = moment - self._real()
        if added <= self._added:
            return
        self._added = added
        temporary = self._file.with_suffix(".tmp")
        temporary.write_text(json.dumps({"added_seconds": added.total_seconds()}))
        temporary.replace(self._file)

    async def _fire(self, now: datetime) -> None:
        due = [timer for timer in self._ready() if (at := timer.next_due()) and at <= now]
        await asyncio.gather(*(self._fire_one(timer, now) for timer in due))

    async def _fire_one(self, timer: Timer, now: datetime) -> None:
        try:
            await timer.fire(now)
        except Exception:  # noqa: BLE001 - other timers go on, whatever it was
            _LOG.exception("%s failed; it is tried again", type(timer).__name__)
            loop = asyncio.get_running_loop()
            self._failed[id(timer)] = loop.time() + RETRY_SECONDS
        else:
            self._failed.pop(id(timer), None)

    def _ready(self) -> list[Timer]:
        """Return the timers that did not just fail."""
        now = asyncio.get_running_loop().time()
        return [timer for timer in self._timers if self._failed.get(id(timer), 0.0) <= now]

    def _earliest(self) -> datetime | None:
        return min((at for timer in self._ready() if (at := timer.next_due())), default=None)

    def _pause(self) -> float:
        due = self._earliest()
        longest = RETRY_SECONDS if self._failed else MAX_PAUSE_SECONDS
        if due is None:
            return longest
        return min(longest, max(0.0, (due - self.now()).total_seconds()))


def _read(file: Path) -> float:
    try:
        return float(json.loads(file.read_text())["added_seconds"])
    except FileNotFoundError:
        return 0.0
    except (ValueError, KeyError, TypeError) as error:
        _LOG.warning("%s is not readable, timers follow the real time: %r", file, error)
        return 0.0
