"""One supervised process: started, probed, restarted with a growing pause, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from localcloud.layout import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
PROBE_SECONDS = 0.05
STOP_SECONDS = 15.0
EARLY_FAILURES = 3  # this many ends before the first answer: it will not start by itself
STEADY_SECONDS = 30.0  # a process that ran this long starts again without a grown pause


class State(StrEnum):
    """What a supervised process is doing."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Spec:
    """What to start, and how to know that it answers."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    probe: Callable[[], Awaitable[bool]]
    stop_signal: signal.Signals = signal.SIGTERM


class Supervised:
    """A process that is kept running until `stop`."""

    def __init__(self, spec: Spec, changed: Callable[[], None]) -> None:
        """Keep *spec* running; call *changed* whenever its state does."""
        self.spec = spec
        self.state = State.STARTING
        self.restarts = 0
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._task = asyncio.create_task(self._keep_running(), name=spec.name)

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and running else None

    async def stop(self) -> None:
        """End the process: its stop signal first, SIGKILL after *STOP_SECONDS*."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        process = self._process
        if process is not None and process.returncode is None:
            process.send_signal(self.spec.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        self._become(State.STOPPED)

    async def _keep_running(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        early_failures = 0
        while True:
            started = time.monotonic()
            process = self._process = await self._start()
            if await self._answers(process):
                early_failures = 0
                self._become(State.READY)
            else:
                early_failures += 1
            await process.wait()
            if early_failures >= EARLY_FAILURES:
                self._become(State.FAILED)
            else:
                self._become(State.RESTARTING)
            self.restarts += 1
            steady = time.monotonic() - started > STEADY_SECONDS
            pause = FIRST_PAUSE_SECONDS if steady else min(pause * 2, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    async def _start(self) -> asyncio.subprocess.Process:
        self.spec.log.parent.mkdir(parents=True, exist_ok=True)
        with self.spec.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self.spec.command,
                env=self.spec.environment,
                stdin=asyncio.subprocess.PIPE,  # its end tells the child that we are gone
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,  # Ctrl-C in the terminal that started us is not for it
            )

    async def _answers(self, process: asyncio.subprocess.Process) -> bool:
        """Probe until *process* answers (true) or ends (false)."""
        while process.returncode is None:
            if await self.spec.probe():
                return True
            await asyncio.sleep(PROBE_SECONDS)
        return False

    def _become(self, state: State) -> None:
        self.state = state
        self._changed()
