"""A task: starts, watches and stops its containers."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.account import REGION
from localcloud.runtime.log_sender import Stream
from localcloud.runtime.tasks.container import Container, Health
from localcloud.runtime.tasks.environment import container_environment
from localcloud.runtime.tasks.host_ports import free_port
from localcloud.runtime.tasks.images import CannotPullContainerError, Image, find_image
from localcloud.runtime.tasks.output import Output
from localcloud.runtime.tasks.secrets import SecretUnavailableError
from localcloud.runtime.tasks.task_definition import start_order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localcloud.layout import Layout
    from localcloud.names import Names
    from localcloud.runtime.log_sender import LogSender
    from localcloud.runtime.overlays.overlay import Overlay
    from localcloud.runtime.tasks.cloud import Cloud
    from localcloud.runtime.tasks.credentials import TaskCredentials
    from localcloud.runtime.tasks.process_registry import ProcessRegistry
    from localcloud.runtime.tasks.task_definition import ContainerDefinition, TaskDefinition

_LOG = logging.getLogger(__name__)

REASON_LOG_LINES = 8  # log lines in the reason of a stopped task
MAX_REASON_LINE_CHARACTERS = 400  # of one line
DEPENDENCY_SECONDS = 120.0
OVERLAY_CHECK_SECONDS = 0.1
"""Interval of the container health checks of an overlay until the first result."""


@dataclass(frozen=True)
class TaskContext:
    """Dependencies of tasks."""

    layout: Layout
    cloud: Cloud
    logs: LogSender
    registry: ProcessRegistry
    credentials: TaskCredentials
    names: Callable[[], Awaitable[Names]]
    """Returns the names of the emulated AWS."""
    endpoint: str


@dataclass(eq=False)
class Task:
    """A task and its containers."""

    plan: TaskDefinition
    arn: str
    cluster: str
    group: str
    context: TaskContext
    changed: Callable[[], None]
    """Called after each change of the task's state."""
    overlay: Overlay | None = None
    """Code in place of that of the first container's image."""
    status: str = "PROVISIONING"
    reason: str | None = None
    stopping: bool = False
    started_at: float | None = None
    containers: dict[str, Container] = field(default_factory=dict)
    names: Names | None = None
    """The names whose local addresses its variables have."""
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _stop_seconds: float | None = None

    @property
    def task_id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def ended(self) -> bool:
        """Whether all its containers have stopped."""
        return self.status == "STOPPED"

    @property
    def health(self) -> Health:
        """Combined health of the essential containers with a health check."""
        checked = [c.health for c in self.containers.values() if c.plan.essential and c.plan.health]
        if Health.UNHEALTHY in checked:
            return Health.UNHEALTHY
        healthy = bool(checked) and all(one is Health.HEALTHY for one in checked)
        return Health.HEALTHY if healthy else Health.UNKNOWN

    @property
    def has_health_check(self) -> bool:
        """Whether an essential container has a health check."""
        return any(one.essential and one.health for one in self.plan.containers)

    def address(self, container: str, _port: int) -> str | None:
        """Return host and port of *container*; None if it has no port."""
        found = self.containers.get(container)
        return f"127.0.0.1:{found.port}" if found is not None and found.port else None

    def is_outdated(self, names: Names) -> bool:
        """Return whether *names* give its variables other values."""
        known = self.names
        return known is not None and any(
            known.localized(value) != names.localized(value)
            for plan in self.plan.containers
            for value in plan.environment.values()
        )

    def last_lines(self) -> str:
        """Return the last log lines of the containers."""
        several = len(self.containers) > 1
        lines = [
            _truncated(f"{name}: {line}" if several else line)
            for name, container in self.containers.items()
            for line in list(container.output.tail)[-REASON_LOG_LINES:]
        ]
        return "\n".join(lines)

    def stop(self, reason: str, within: float | None = None) -> None:
        """Start to stop the task; *within* seconds instead of its containers' stop timeouts."""
        self.stopping = True
        self._stop_seconds = within
        self.reason = self.reason or reason
        self._stop.set()
        self.changed()

    async def run(self) -> None:
        """Run the task until it stops; errors become its stopped reason."""
        running: list[asyncio.Task[None]] = []
        try:
            self.containers = await self._create_containers()
            self._set_status("PENDING")
            starting = asyncio.create_task(self._start(running))
            stop = asyncio.create_task(self._stop.wait())
            await asyncio.wait([starting, stop], return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                self.started_at = time.monotonic()
                self._set_status("RUNNING")
                await self._wait_for_essential_exit(stop)
            else:
                starting.cancel()
            stop.cancel()
        except (CannotPullContainerError, SecretUnavailableError, ValueError, OSError) as error:
            self.reason = self.reason or str(error)
        except asyncio.CancelledError:
            for container in self.containers.values():
                container.kill()
            raise
        finally:
            await asyncio.shield(self._stop_containers(running))

    def report(self) -> dict[str, Any]:
        """Return the report to the control plane."""
        ports = [one.port for one in self.containers.values() if one.port]
        return {
            "taskArn": self.arn,
            "clusterArn": self.cluster,
            "taskDefinitionArn": self.plan.arn,
            "group": self.group,
            "lastStatus": self.status,
            "desiredStatus": "STOPPED" if self.stopping or self.ended else "RUNNING",
            "stoppedReason": self.reason if self.stopping or self.ended else None,
            "containers": [
                {
                    "name": plan.name,
                    "exitCode": self._exit_code(plan.name),
                    "lastStatus": self.status if self._exit_code(plan.name) is None else "STOPPED",
                }
                for plan in self.plan.containers
            ],
            "privateIp": "127.0.0.1",
            "hostPort": ports[0] if ports else None,
        }

    def _exit_code(self, name: str) -> int | None:
        container = self.containers.get(name)
        return None if container is None else container.exit_code

    async def _create_containers(self) -> dict[str, Container]:
        ordered = start_order(self.plan.containers)
        names = self.names = await self.context.names()
        return {one.name: await self._container(one, names) for one in ordered}

    async def _container(self, plan: ContainerDefinition, names: Names) -> Container:
        context = self.context
        image = self._image(plan)
        if not plan.command:
            raise ValueError(
                f"the container {plan.name} has no command: set one in the task definition"
            )
        port = free_port() if plan.ports else None
        secrets = {
            name: await context.cloud.secret(value_from)
            for name, value_from in plan.secrets.items()
        }
        stream = f"{plan.log.prefix}/{plan.name}/{self.task_id}" if plan.log else ""
        return Container(
            plan=plan,
            image=image,
            environment=container_environment(
                plan.local_variables(names, context.layout),
                secrets,
                image,
                {
                    "AWS_ENDPOINT_URL": context.endpoint,
                    "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
                    **context.credentials.grant(self.task_id, self.plan.role),
                },
                port,
            ),
            port=port,
            output=Output(
                context.layout.logs / f"{self.plan.family}.log",
                context.logs,
                Stream(REGION, plan.log.group, stream) if plan.log and plan.log.group else None,
            ),
            registry=context.registry,
            task=self.arn,
            first_check_seconds=1.0 if self.overlay is None else OVERLAY_CHECK_SECONDS,
        )

    def _image(self, plan: ContainerDefinition) -> Image:
        overlay = self.overlay
        if overlay is None or overlay.python is None or plan.image != self.plan.containers[0].image:
            return find_image(self.context.layout, plan.image)
        return Image(overlay.folder, overlay.python)

    async def _start(self, running: list[asyncio.Task[None]]) -> None:
        for container in self.containers.values():
            for needed, condition in container.plan.depends_on:
                await self._await_condition(container, self.containers[needed], condition)
            container.begun = True
            running.append(asyncio.create_task(container.run()))
            await container.started.wait()

    async def _await_condition(self, waiting: Container, needed: Container, condition: str) -> None:
        what = f"{waiting.plan.name} waits for {needed.plan.name} to be {condition}"
        try:
            async with asyncio.timeout(DEPENDENCY_SECONDS):
                if condition in {"COMPLETE", "SUCCESS"}:
                    await needed.ended.wait()
                while condition == "HEALTHY" and needed.health is not Health.HEALTHY:
                    if needed.ended.is_set() or needed.health is Health.UNHEALTHY:
                        raise ValueError(f"{what}, but it is unhealthy or has stopped")
                    needed.health_changed.clear()
                    ended = asyncio.create_task(needed.ended.wait())
                    changed = asyncio.create_task(needed.health_changed.wait())
                    await asyncio.wait([ended, changed], return_when=asyncio.FIRST_COMPLETED)
                    ended.cancel()
                    changed.cancel()
        except TimeoutError as error:
            raise ValueError(f"{what}, but it is not after {DEPENDENCY_SECONDS:g} s") from error
        if condition == "SUCCESS" and needed.exit_code != 0:
            raise ValueError(f"{what}, but it exited with code {needed.exit_code}")

    async def _wait_for_essential_exit(self, stop: asyncio.Task[Any]) -> None:
        essential = [one for one in self.containers.values() if one.plan.essential]
        ends = {asyncio.create_task(one.ended.wait()): one for one in essential}
        done, waiting = await asyncio.wait([*ends, stop], return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            if one is not stop:
                one.cancel()
        ended = [ends[one] for one in done if one in ends]
        if ended and not self.stopping:
            first = ended[0]
            self.reason = (
                f"Essential container in task exited: {first.plan.name} with code {first.exit_code}"
            )
            if first.exit_code and (lines := self.last_lines()):
                self.reason += f"\nIts last log lines:\n{lines}"

    async def _stop_containers(self, running: list[asyncio.Task[None]]) -> None:
        self.stopping = True
        if any(not one.ended.is_set() for one in self.containers.values() if one.pid):
            self._set_status("STOPPING")
        stops = (one.stop(self._stop_seconds) for one in reversed(self.containers.values()))
        await asyncio.gather(*stops, return_exceptions=True)
        await asyncio.gather(*running, return_exceptions=True)
        self.context.credentials.revoke(self.task_id)
        self._set_status("STOPPED")
        _LOG.info("%s: task %s stopped: %s", self.plan.family, self.task_id, self.reason)

    def _set_status(self, status: str) -> None:
        self.status = status
        self.changed()


def _truncated(line: str) -> str:
    """Cut the middle out of a long line, because the error is often at its end."""
    half = MAX_REASON_LINE_CHARACTERS // 2
    return line if len(line) <= MAX_REASON_LINE_CHARACTERS else f"{line[:half]} ... {line[-half:]}"
