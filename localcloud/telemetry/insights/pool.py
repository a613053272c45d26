"""The processes that evaluate queries: a query cannot delay the intake, and can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.layout import ROOT
from localcloud.telemetry.insights.child import LENGTH

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping

MODULE = "localcloud.telemetry.insights.child"
AT_ONCE = 2
"""Queries that are evaluated at the same time; others wait."""
IDLE_SECONDS = 60.0
"""After this time without a query a process ends."""


class ChildFailedError(Exception):
    """Raised if a process ended before it answered, for want of memory for example."""


@dataclass
class _Child:
    process: Process
    lifeline: int
    """The write end of a pipe; the process ends when it is closed."""

    async def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        body = json.dumps(request).encode()
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise ChildFailedError("the process has no pipes")
        try:
            stdin.write(LENGTH.pack(len(body)) + body)
            await stdin.drain()
            [length] = LENGTH.unpack(await stdout.readexactly(LENGTH.size))
            return json.loads(await stdout.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ChildFailedError("the process that evaluated the query ended") from error

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        os.close(self.lifeline)
        await self.process.wait()


class Pool:
    """Processes that are started for queries, and end after a while without any."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        """Begin without a process."""
        self._idle_seconds = idle_seconds
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._idle: list[_Child] = []
        self._timer: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def ask(
        self, request: Mapping[str, Any], started: asyncio.Event | None = None
    ) -> dict[str, Any]:
        """Return the answer of a process; it is killed if the caller is cancelled."""
        async with self._slots:
            if started is not None:
                started.set()
            child = self._idle.pop() if self._idle else await _start()
            try:
                answer = await child.ask(request)
            except BaseException:
                await child.end()
                raise
            self._idle.append(child)
            self._end_later()
            return answer

    @property
    def idle(self) -> int:
        """How many processes wait for a query."""
        return len(self._idle)

    async def close(self) -> None:
        """End the processes that wait."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._idle = self._idle, []
        for child in waiting:
            await child.end()
        await asyncio.gather(*self._ending)

    def _end_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        waiting, self._idle = self._idle, []
        for child in waiting:
            task = asyncio.create_task(child.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


async def _start() -> _Child:
    read, write = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", MODULE, str(read)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=(read,),
        )
    except BaseException:
        os.close(write)
        raise
    finally:
        os.close(read)
    return _Child(process, write)
