"""A container of a task, run as a process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.runtime.tasks import exec_with_parent

if TYPE_CHECKING:
    from localcloud.runtime.tasks.images import Image
    from localcloud.runtime.tasks.output import Output
    from localcloud.runtime.tasks.process_registry import ProcessRegistry
    from localcloud.runtime.tasks.task_definition import ContainerDefinition, HealthCheck

SHELL = "/bin/sh"
KILLED_BY_SIGNAL = 128  # exit code of a killed process, plus the signal number
OUTPUT_END_SECONDS = 2.0  # a grandchild process may keep the pipe open


class Health(StrEnum):
    """Health status of a container."""

    UNKNOWN = "UNKNOWN"
    HEALTHY = "HEALTHY"
    UNHEALTHY = "UNHEALTHY"


@dataclass
class Container:
    """A container and its process."""

    plan: ContainerDefinition
    image: Image
    environment: dict[str, str]
    port: int | None
    output: Output
    registry: ProcessRegistry
    task: str
    first_check_seconds: float = 1.0
    """Longest interval of its health checks until the first result."""
    exit_code: int | None = None
    begun: bool = False
    """Whether the container has been started."""
    health: Health = Health.UNKNOWN
    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    health_changed: asyncio.Event = field(default_factory=asyncio.Event)
    _process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Process ID while it runs."""
        return self._process.pid if self._process and not self.ended.is_set() else None

    async def run(self) -> None:
        """Run the process until it exits."""
        wrapper = str(Path(exec_with_parent.__file__))
        command = self.image.command(self.plan.command)
        try:
            process = self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", wrapper, str(os.getpid()), *command),
                env=self.environment,
                cwd=self.image.directory / (self.plan.working_directory or "").lstrip("/")
                if self._has_working_directory()
                else self.image.directory,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            self.registry.add(process.pid, self.task)
            self.started.set()
            reading = asyncio.create_task(self._read(process))
            checking = asyncio.create_task(self._run_health_checks()) if self.plan.health else None
            try:
                code = await process.wait()
                self._signal_group(signal.SIGKILL)  # kill its child processes
                await asyncio.wait([reading], timeout=OUTPUT_END_SECONDS)
            finally:
                for task in (reading, checking):
                    if task is not None:
                        task.cancel()
                self.registry.remove(process.pid)
            self.exit_code = code if code >= 0 else KILLED_BY_SIGNAL - code
        finally:
            self.ended.set()
            self.started.set()

    async def stop(self, within: float | None = None) -> None:
        """Stop the process: SIGTERM, and SIGKILL after the stop timeout or *within* seconds."""
        seconds = min(self.plan.stop_seconds, within or self.plan.stop_seconds)
        if not self.begun:
            return
        await self.started.wait()
        if self.ended.is_set():
            return
        self._signal_group(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.ended.wait(), seconds)
        except TimeoutError:
            self.output.add(f"killed: it did not stop within {seconds:g} s")
            self.kill()
            await self.ended.wait()

    def kill(self) -> None:
        """Kill the process."""
        self._signal_group(signal.SIGKILL)

    def _has_working_directory(self) -> bool:
        wanted = (self.plan.working_directory or "").lstrip("/")
        return bool(wanted) and (self.image.directory / wanted).is_dir()

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is not None:
            await self.output.read(process.stdout)

    async def _run_health_checks(self) -> None:
        plan = self.plan.health
        if plan is None:
            return
        loop = asyncio.get_running_loop()
        began = loop.time()
        failures = 0
        while True:
            if await self._passes_health_check(plan):
                failures = 0
                self._set_health(Health.HEALTHY)
            elif self.health is Health.HEALTHY or loop.time() - began >= plan.start_seconds:
                failures += 1
                if failures >= plan.retries:
                    self._set_health(Health.UNHEALTHY)
            # Unlike ECS, do not wait an interval before the first check: starts are quicker.
            first = self.health is Health.UNKNOWN
            most = self.first_check_seconds if first else plan.interval_seconds
            await asyncio.sleep(min(plan.interval_seconds, most))

    def _set_health(self, health: Health) -> None:
        if health is not self.health:
            self.health = health
            self.health_changed.set()

    async def _passes_health_check(self, plan: HealthCheck) -> bool:
        kind, *words = plan.command
        if kind == "CMD-SHELL":
            command = [SHELL, "-c", " ".join(words)]
        else:
            command = self.image.command(tuple(words if kind == "CMD" else plan.command))
        process = None
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=self.environment,
                cwd=self.image.directory,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            return await asyncio.wait_for(process.wait(), plan.timeout_seconds) == 0
        except (TimeoutError, OSError):
            return False
        finally:
            if process is not None and process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
