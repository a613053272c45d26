"""A supervised process: started, probed, restarted with exponential backoff, stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from localcloud.backoff import backoff
from localcloud.layout import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_LOG = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.2
MAX_PAUSE_SECONDS = 10.0
START_PROBE_SECONDS, READY_PROBE_SECONDS = 0.05, 5.0
"""Interval between probes until the process is ready, and afterwards."""
PROBE_TIMEOUT_SECONDS = 10.0
MAX_FAILED_PROBES = 5
"""Consecutive probes without an answer after which a process that was ready is restarted.

That takes up to 75 seconds: a laptop busy with a build delays answers too, and a restart aborts
every running task and request.
"""
STOP_SECONDS = 15.0
MAX_START_FAILURES = 3  # exits before it was ready; afterwards the state is FAILED
STEADY_SECONDS = 30.0  # uptime after which the backoff is reset


class State(StrEnum):
    """State of a supervised process."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"


Probe = Callable[[], Awaitable[bool | None]]
"""Returns whether a process is ready; None if it does not answer."""


@dataclass(frozen=True)
class ProcessSpec:
    """Command, environment and readiness probe of a process."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    probe: Probe
    stop_signal: signal.Signals = signal.SIGTERM
    prepare: Callable[[], None] | None = None
    """Called in a thread before each start."""
    probed_when_ready: bool = True
    """Without probes a process that was ready is restarted only when it exits; idle, it is free."""


class SupervisedProcess:
    """A process that is kept running until `stop`."""

    def __init__(self, spec: ProcessSpec, changed: Callable[[], None]) -> None:
        """Keep *spec* running; call *changed* at each change of its state."""
        self.spec = spec
        self.state = State.STARTING
        self.restarts = 0
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._task = asyncio.create_task(self._keep_running(), name=spec.name)

    @property
    def pid(self) -> int | None:
        """Process id, None if it is not running."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and running else None

    async def stop(self) -> None:
        """Stop the process and do not restart it."""
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled() and (error := self._task.exception()):
            _LOG.error("the supervision of %s had failed", self.spec.name, exc_info=error)
        await self._end()
        self._set_state(State.STOPPED)

    async def _keep_running(self) -> None:
        pauses = backoff(2 * FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS)
        early_failures = 0
        while True:
            started = time.monotonic()
            try:
                answered = await self._run()
            except Exception:  # noqa: BLE001 - every failure is retried
                _LOG.exception("%s could not be started", self.spec.name)
                answered = False
            await self._end()
            early_failures = 0 if answered else early_failures + 1
            self.restarts += 1
            self._set_state(
                State.FAILED if early_failures >= MAX_START_FAILURES else State.RESTARTING
            )
            steady = time.monotonic() - started > STEADY_SECONDS
            if steady:
                pauses = backoff(FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS)
            await asyncio.sleep(next(pauses))

    async def _run(self) -> bool:
        """Run the process until it exits or stops answering; return whether it ever was ready."""
        process = self._process = await self._start()
        answered, silent = False, 0
        while process.returncode is None and silent < MAX_FAILED_PROBES:
            ready = await self._ready()
            if ready and not answered:
                answered = True
                self._set_state(State.READY)
            silent = silent + 1 if answered and ready is None else 0
            if answered and not self.spec.probed_when_ready:
                await process.wait()
            else:
                await _wait(process, READY_PROBE_SECONDS if answered else START_PROBE_SECONDS)
        if process.returncode is None:
            _LOG.error("%s stopped answering: restarting it", self.spec.name)
        return answered

    async def _end(self) -> None:
        """Send the stop signal, and SIGKILL after STOP_SECONDS."""
        process = self._process
        if process is not None and process.returncode is None:
            process.send_signal(self.spec.stop_signal)
            await _wait(process, STOP_SECONDS)
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        if self.spec.prepare is not None:
            await asyncio.to_thread(self.spec.prepare)
        self.spec.log.parent.mkdir(parents=True, exist_ok=True)
        with self.spec.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self.spec.command,
                env=self.spec.environment,
                stdin=asyncio.subprocess.PIPE,  # EOF tells the child that this process ended
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,  # not interrupted by Ctrl-C in the terminal
            )

    async def _ready(self) -> bool | None:
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
                return await self.spec.probe()
        except TimeoutError:
            return None

    def _set_state(self, state: State) -> None:
        self.state = state
        self._changed()


async def _wait(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Wait until *process* exits, at most *seconds*."""
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        pass
