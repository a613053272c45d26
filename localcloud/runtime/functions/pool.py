"""The execution environments of one function version, one per concurrent invocation."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localcloud.runtime.functions.execution_environment import ExecutionEnvironment, Launch
    from localcloud.runtime.functions.invocation import Invocation, Outcome

IDLE_SECONDS = 300.0
MAX_CONCURRENT_STARTS = max(2, os.cpu_count() or 2)
"""More concurrent starts compete for the CPU."""


@dataclass(frozen=True)
class Initialization:
    """The result of the last init phase; the defaults if none has run."""

    succeeded: bool = False
    error: bytes | None = None
    """The error of the Runtime API, as JSON."""


class Pool:
    """Assigns each invocation an execution environment, a warm one if available."""

    def __init__(
        self,
        prepare: Callable[[], Awaitable[Launch]],
        make: Callable[[Callable[[ExecutionEnvironment], None]], ExecutionEnvironment],
    ) -> None:
        """Create an empty pool."""
        self._prepare = prepare
        self._make = make
        self._environments: set[ExecutionEnvironment] = set()
        self._idle: list[ExecutionEnvironment] = []
        self._waiters: deque[asyncio.Future[ExecutionEnvironment]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._draining = False
        self.initialization = Initialization()
        self.kept = 0
        """Environments that stay however long they are idle: provisioned concurrency."""

    @property
    def processes(self) -> int:
        """The number of execution environments."""
        return len(self._environments)

    async def run(self, invocation: Invocation) -> Outcome:
        """Run *invocation* in an idle execution environment, or the first that becomes idle."""
        environment = await self._acquire()
        if not environment.initialized:
            return environment.init_outcome(invocation)
        return await environment.run(invocation)

    async def initialize(self) -> Initialization:
        """Run the init phase unless it has succeeded before, and return its result."""
        if not self.initialization.succeeded:
            environment = await self._acquire()
            if environment.initialized:
                self._offer(environment)
        return self.initialization

    async def start_kept(self) -> None:
        """Start environments until there are as many as are kept."""
        missing = self.kept - self.processes
        if missing <= 0 or self._draining:
            return
        started = await asyncio.gather(*(self._acquire() for _ in range(self.kept)))
        for environment in started:
            if environment.initialized:
                self._offer(environment)

    def drain(self) -> None:
        """End idle environments now, and busy ones after their invocation."""
        self._draining = True
        for environment in self._idle:
            environment.kill()
        self._idle.clear()

    def reap(self, idle_seconds: float = IDLE_SECONDS) -> None:
        """End environments that were idle for *idle_seconds* or whose credentials are due."""
        limit = time.monotonic() - idle_seconds
        for environment in list(self._idle):
            idle = environment.idle_since <= limit and self.processes > self.kept
            if idle or not environment.usable:
                self._idle.remove(environment)
                environment.kill()

    async def close(self) -> None:
        """Kill all environments."""
        self._draining = True
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        environments = list(self._environments)
        for environment in environments:
            environment.kill()
        for environment in environments:
            await environment.closed()

    async def _acquire(self) -> ExecutionEnvironment:
        while self._idle:
            environment = self._idle.pop()
            if environment.usable:
                environment.state = "busy"
                return environment
            environment.kill()
        waiter: asyncio.Future[ExecutionEnvironment] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._start_if_needed()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._offer(waiter.result())
            raise

    def _start_if_needed(self) -> None:
        waiting = sum(not waiter.done() for waiter in self._waiters)
        coming = sum(environment.state == "returning" for environment in self._environments)
        while len(self._starting) < min(MAX_CONCURRENT_STARTS, waiting - coming):
            task = asyncio.create_task(self._start_one())
            self._starting.add(task)
            task.add_done_callback(self._started)

    async def _start_one(self) -> None:
        settled = asyncio.Event()

        def changed(environment: ExecutionEnvironment) -> None:
            settled.set()
            self._changed(environment)

        launch = await self._prepare()
        environment = self._make(changed)
        self._environments.add(environment)
        try:
            await environment.start(launch)
        except OSError:
            self._environments.discard(environment)
            raise
        await settled.wait()

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if task.cancelled():
            return
        # The process did not start: the longest waiting invocation gets the error.
        if (error := task.exception()) and (waiter := self._next_waiter()):
            waiter.set_exception(error)
        self._start_if_needed()

    def _changed(self, environment: ExecutionEnvironment) -> None:
        if environment.initialized:
            self.initialization = Initialization(succeeded=True)
        elif environment.state == "ended":
            self.initialization = Initialization(error=environment.init_error())
        if environment.state != "ended":
            self._offer(environment)
            return
        self._environments.discard(environment)
        if environment in self._idle:
            self._idle.remove(environment)
        if not environment.initialized and (waiter := self._next_waiter()):
            waiter.set_result(environment)
        self._start_if_needed()

    def _offer(self, environment: ExecutionEnvironment) -> None:
        if not environment.usable:
            environment.kill()
            self._start_if_needed()
        elif waiter := self._next_waiter():
            environment.state = "busy"
            waiter.set_result(environment)
        elif self._draining:
            environment.kill()
        else:
            environment.state = "idle"
            self._idle.append(environment)

    def _next_waiter(self) -> asyncio.Future[ExecutionEnvironment] | None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                return waiter
        return None
