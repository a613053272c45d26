"""Lambda's execution environment: a process that runs one invocation at a time."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from localcloud.ports import HOST
from localcloud.runtime.functions import reports
from localcloud.runtime.functions.invocation import (
    MAX_PAYLOAD_BYTES,
    Invocation,
    Outcome,
    failure,
)
from localcloud.runtime.functions.output import Pipe
from localcloud.runtime.functions.runtime_api import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.runtime.functions.definition import Definition
    from localcloud.runtime.functions.logs import EnvironmentLog

BOOTSTRAP = Path(__file__).parent / "guest" / "bootstrap.py"
State = Literal["starting", "idle", "busy", "returning", "ended"]
"""*returning*: the response was received, the next `/invocation/next` not yet."""

INIT_SECONDS = 10
"""Seconds of the init phase that do not count against the timeout."""


@dataclass(frozen=True)
class Launch:
    """How to start a function's process."""

    python: Path
    code: Path
    variables: Mapping[str, str]
    alive: int
    """The read end of a pipe that closes when the workers exit."""
    usable_seconds: float = math.inf
    """Seconds in which the environment may begin an invocation: then its credentials are due."""


@dataclass
class _Run:
    invocation: Invocation
    outcome: asyncio.Future[Outcome]
    started: float


class ExecutionEnvironment:
    """A process that runs one function version."""

    def __init__(
        self,
        definition: Definition,
        log: EnvironmentLog,
        changed: Callable[[ExecutionEnvironment], None],
    ) -> None:
        """Call *changed* when the environment becomes idle or ends."""
        self.definition = definition
        self.state: State = "starting"
        self.idle_since = 0.0
        self.initialized = False
        self._init_failure: bytes | None = None
        self._init_exit = ""
        self._log = log
        self._changed = changed
        self._run: _Run | None = None
        self._waiting: Connection | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._server: asyncio.Server | None = None
        self._pipes: list[Pipe] = []
        self._watch: asyncio.Task[None] | None = None
        self._limit: asyncio.TimerHandle | None = None
        self._launched = 0.0
        self._usable_until = math.inf
        self._init_seconds: float | None = None
        self._init_reported = False

    @property
    def usable(self) -> bool:
        """Whether it may begin another invocation."""
        return self.state != "ended" and time.monotonic() < self._usable_until

    async def start(self, launch: Launch) -> None:
        """Start the process; `changed` is called when its init phase ends."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), HOST, 0)
        port = self._server.sockets[0].getsockname()[1]
        output, frames = Pipe(self._log, framed=False), Pipe(self._log, framed=True)
        self._pipes = [output, frames]
        variables = {
            **launch.variables,
            "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{port}",
            "AWS_LAMBDA_LOG_STREAM_NAME": self._log.stream[2],
        }
        if sys.platform == "linux":
            variables["_LAMBDA_TELEMETRY_LOG_FD"] = str(frames.write_end)
        self._log.write_all(reports.init_start(self.definition))
        self._launched = time.monotonic()
        self._usable_until = self._launched + launch.usable_seconds
        try:
            self._process = await asyncio.create_subprocess_exec(
                launch.python,
                BOOTSTRAP,
                str(launch.alive),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output.write_end,
                stderr=output.write_end,
                pass_fds=(launch.alive, frames.write_end),
                start_new_session=True,
                cwd=launch.code,
                env=variables,
            )
        finally:
            for pipe in self._pipes:
                pipe.start()
        self._watch = asyncio.create_task(self._wait_for_end(self._process))
        seconds = INIT_SECONDS + self.definition.timeout_seconds
        self._limit = loop.call_later(seconds, self._init_took_too_long)

    async def run(self, invocation: Invocation) -> Outcome:
        """Run one invocation; the environment must be idle."""
        loop = asyncio.get_running_loop()
        run = _Run(invocation, loop.create_future(), time.monotonic())
        self._run, self.state = run, "busy"
        self._log.write_all(reports.start(self.definition, invocation.request_id))
        self._limit = loop.call_later(self.definition.timeout_seconds, self._run_took_too_long)
        self._give(run)
        try:
            return await run.outcome
        except asyncio.CancelledError:
            if self._run is run:
                self.kill()  # the caller is gone, and its result must not go to another one
            raise

    def init_outcome(self, invocation: Invocation) -> Outcome:
        """Return the result of an invocation whose init phase failed."""
        self._log.write_all(reports.start(self.definition, invocation.request_id))
        payload = self.init_error(invocation.request_id)
        return self._report(invocation, payload, "Unhandled", time.monotonic() - self._launched)

    def init_error(self, request_id: str | None = None) -> bytes:
        """Return the error of a failed init phase, as JSON."""
        if self._init_failure is not None:
            return self._init_failure
        if self._init_exit:
            return failure("Runtime.ExitError", self._init_exit, request_id)
        return failure("Sandbox.Timedout", self._timed_out(), request_id)

    def kill(self) -> None:
        """Kill the process and its children."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def closed(self) -> None:
        """Wait until the process has exited and its output is logged."""
        if self._watch is not None:
            await asyncio.wait([self._watch])

    # Runtime API calls of the process.

    def on_next(self, connection: Connection) -> None:
        """Become idle."""
        self._waiting = connection
        if not self.initialized:
            self.initialized = True
            self._init_seconds = time.monotonic() - self._launched
            self._log.write_all(reports.init_end(self.definition, self._init_seconds))
            self._stop_clock()
        if self._run is None:
            self.state, self.idle_since = "idle", time.monotonic()
            self._changed(self)

    def on_result(self, request_id: str, body: bytes, *, failed: bool) -> int:
        """Finish the current invocation with its response or error."""
        if self._run is None or self._run.invocation.request_id != request_id:
            return 400
        if len(body) > MAX_PAYLOAD_BYTES:
            message = (
                "Response payload size exceeded maximum allowed payload size "
                f"({MAX_PAYLOAD_BYTES} bytes)."
            )
            self._finish(failure("Function.ResponseSizeTooLarge", message), "Unhandled")
            return 413
        self._finish(body, "Unhandled" if failed else None)
        return 202

    def on_init_error(self, body: bytes) -> None:
        """Keep the init error; the process exits by itself."""
        self._init_failure = body

    def _give(self, run: _Run) -> None:
        assert self._waiting is not None  # noqa: S101 - idle means that it waits
        deadline = int((time.time() + self.definition.timeout_seconds) * 1000)
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": run.invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": run.invocation.invoked_arn,
            "Lambda-Runtime-Trace-Id": run.invocation.trace_id,
        }
        if run.invocation.client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = run.invocation.client_context
        connection, self._waiting = self._waiting, None
        connection.send(200, headers, run.invocation.payload)

    def _finish(self, payload: bytes, function_error: str | None, status: str = "") -> None:
        run, self._run = self._run, None
        self._stop_clock()
        if run is None:
            return
        self.state = "returning"
        usage = time.monotonic() - run.started
        outcome = self._report(run.invocation, payload, function_error, usage, status)
        if not run.outcome.done():
            run.outcome.set_result(outcome)

    def _report(
        self,
        invocation: Invocation,
        payload: bytes,
        function_error: str | None,
        seconds: float,
        status: str = "",
    ) -> Outcome:
        for pipe in self._pipes:
            pipe.drain()
        init = None if self._init_reported else self._init_seconds
        self._init_reported = True
        peak = reports.peak_mib(self._process.pid if self._process else None)
        usage = reports.InvocationUsage(seconds, init, peak, status)
        self._log.write_all(reports.end(self.definition, invocation.request_id, usage))
        return Outcome(
            payload=payload,
            executed_version=self.definition.version,
            function_error=function_error,
            log_tail=self._log.take_tail(),
            seconds=seconds,
        )

    # Timeouts and exit.

    def _timed_out(self) -> str:
        return f"Task timed out after {self.definition.timeout_seconds:.2f} seconds"

    def _run_took_too_long(self) -> None:
        asyncio.get_running_loop().call_soon(self.kill)  # even if its last lines are lost
        if self._run is not None:
            request_id = self._run.invocation.request_id
            for pipe in self._pipes:
                pipe.drain()
            self._log.write(f"{reports.now()} {request_id} {self._timed_out()}\n")
            payload = failure("Sandbox.Timedout", self._timed_out(), request_id)
            self._finish(payload, "Unhandled", "timeout")

    def _init_took_too_long(self) -> None:
        self._limit = None
        self.kill()
        self._log.write(f"{reports.now()} {self._timed_out()}\n")

    def _stop_clock(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    async def _wait_for_end(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its remaining child processes
        for pipe in self._pipes:
            pipe.drain()
            pipe.close()
        if self._server is not None:
            self._server.close()
        reason = reports.exit_reason(code)
        if self._run is not None:
            request_id = self._run.invocation.request_id
            payload = failure("Runtime.ExitError", reason, request_id)
            self._log.write(f"RequestId: {request_id} Error: {reason}\nRuntime.ExitError")
            self._finish(payload, "Unhandled", "error\tError Type: Runtime.ExitError")
        elif not self.initialized and self._limit is not None:  # it exited before the timeout
            self._init_exit = reason
            seconds = time.monotonic() - self._launched
            self._log.write_all(reports.init_end(self.definition, seconds, "error"))
        self._stop_clock()
        self.state = "ended"
        self._changed(self)
