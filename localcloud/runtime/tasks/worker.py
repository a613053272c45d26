"""The part of the workers that runs ECS services and one-off tasks."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.off import NotRunningServices
from localcloud.runtime.names import NAMED
from localcloud.runtime.tasks.cloud import UNREACHABLE
from localcloud.runtime.tasks.completed_deployments import CompletedDeployments
from localcloud.runtime.tasks.metrics import UsageMeter
from localcloud.runtime.tasks.overlay import ServiceOverlay
from localcloud.runtime.tasks.service import SHUTDOWN_SECONDS, ServiceRunner
from localcloud.runtime.tasks.service_definition import parse_service
from localcloud.runtime.tasks.task import Task
from localcloud.runtime.tasks.task_definition import parse_task_definition
from localcloud.stopped import STOPPED

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Mapping

    from localcloud.runtime.overlays.overlay import Overlay, Report
    from localcloud.runtime.tasks.service_definition import ServiceDefinition
    from localcloud.runtime.tasks.task import TaskContext

_LOG = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
RUNNING_STATUSES = {"ACTIVE"}
MAX_FINISHED_TASKS = 1_000
SERVICE_GROUP = "service:"
ORPHANED = "the process that ran the task exited"


class Worker:
    """Reconciles services and standalone tasks with the emulated ECS."""

    def __init__(self, context: TaskContext, report: Callable[[str, Report], None]) -> None:
        """Run tasks with *context*; call *report* with the states of overlays."""
        self._context = context
        self._report_overlay = report
        self._overlays: dict[str, Overlay] = {}
        self._completed = CompletedDeployments(context.layout)
        self._not_running = NotRunningServices(context.layout)
        self._wanted: dict[str, ServiceDefinition] = {}
        self._services: dict[str, tuple[ServiceRunner, asyncio.Task[None]]] = {}
        self._standalone: dict[str, tuple[Task, asyncio.Task[None]]] = {}
        self._reports: dict[str, Task] = {}
        self._finished: deque[str] = deque(maxlen=MAX_FINISHED_TASKS)
        self._to_report = asyncio.Event()
        self._first = True

    async def run(self, changes: AsyncIterable[frozenset[str]]) -> None:
        """Reconcile after each of *changes* until cancelled; then stop every task."""
        background = [
            asyncio.create_task(self._context.logs.run()),
            asyncio.create_task(self._keep_reporting()),
            asyncio.create_task(UsageMeter().run(self._runners)),
        ]
        try:
            async for changed in changes:
                if changed & {"ecs", STOPPED}:
                    await self._reconcile()
                if changed & NAMED:
                    await self._replace_outdated()
        finally:
            await self._stop_all()
            for one in background:
                one.cancel()
            await asyncio.gather(*background, return_exceptions=True)

    def lay_over(self, wanted: Mapping[str, Overlay]) -> None:
        """Run the overlays *wanted*, by ECS service, and the deployed code of all others."""
        self._overlays = dict(wanted)
        for arn, (runner, _) in self._services.items():
            runner.lay_over(wanted.get(arn))

    def log(self, workload: str, text: str) -> None:
        """Add a line to the log of an ECS service."""
        if workload in self._services:
            self._services[workload][0].log(text)

    async def _replace_outdated(self) -> None:
        names = await self._context.names()
        for runner, _ in self._services.values():
            runner.replace_outdated(names)

    async def _reconcile(self) -> None:
        """Reconcile services and tasks; retry while the control plane is unreachable."""
        logged = False
        while True:
            try:
                await self._reconcile_services()
                await self._reconcile_tasks()
            except UNREACHABLE as error:
                if not logged:
                    _LOG.warning("services cannot be read, retrying: %s", error)
                logged = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self._first = False
                return

    async def _reconcile_services(self) -> None:
        described = await self._context.cloud.services()
        not_running = self._not_running()
        active = [
            parse_service(one, not_running, await self._definition(one["taskDefinition"]))
            for one in described
            if one.get("status") in RUNNING_STATUSES
        ]
        self._wanted = {one.arn: one for one in active}
        for arn in self._services.keys() - self._wanted.keys():
            self._services[arn][0].remove()
            self._completed.forget(arn)
        for arn, settings in self._wanted.items():
            running = self._services.get(arn)
            if running is None:
                self._start_service(settings)
            else:
                running[0].update(settings)

    def _runners(self) -> list[ServiceRunner]:
        return [runner for runner, _ in self._services.values()]

    async def _definition(self, name: str) -> Mapping[str, Any]:
        """Return a task definition; an empty one if it is gone: its service tells by itself."""
        try:
            return await self._context.cloud.task_definition(name)
        except (ClientError, LookupError) as error:
            _LOG.info("%s cannot be read: %r", name, error)
            return {}

    def _start_service(self, settings: ServiceDefinition) -> None:
        overlay = ServiceOverlay(self._report_overlay)
        overlay.lay_over(self._overlays.get(settings.arn))
        runner = ServiceRunner(settings, self._context, self._completed, self._report, overlay)
        task = asyncio.create_task(runner.run(), name=f"service {settings.name}")
        task.add_done_callback(lambda done: self._service_ended(settings.arn, done))
        self._services[settings.arn] = (runner, task)

    def _service_ended(self, arn: str, done: asyncio.Task[None]) -> None:
        del self._services[arn]
        if done.cancelled():
            return
        if error := done.exception():
            _LOG.error(
                "the service %s failed; it is started again after its next change",
                arn,
                exc_info=error,
            )
        elif settings := self._wanted.get(arn):  # created again while its tasks stopped
            self._start_service(settings)

    async def _reconcile_tasks(self) -> None:
        of_services = {
            service_task.task.arn
            for runner, _ in self._services.values()
            for service_task in runner.tasks
        }
        for described in await self._context.cloud.tasks():
            arn = described["taskArn"]
            if arn in of_services or arn in self._finished:
                continue
            if arn in self._standalone:
                if described.get("desiredStatus") == "STOPPED":
                    self._standalone[arn][0].stop(described.get("stoppedReason") or "Task stopped")
                continue
            fresh = described.get("lastStatus") == "PROVISIONING"
            ours = str(described.get("group") or "").startswith(SERVICE_GROUP)
            if fresh and not ours and described.get("desiredStatus") != "STOPPED":
                await self._start_task(described)
            elif self._first or not ours:
                await self._context.cloud.report_task(_stopped_report(described))

    async def _start_task(self, described: dict[str, Any]) -> None:
        arn = described["taskArn"]
        definition = await self._context.cloud.task_definition(described["taskDefinitionArn"])
        group = described.get("group") or f"family:{definition['family']}"
        try:
            plan = parse_task_definition(definition, described.get("overrides"))
        except ValueError as error:
            await self._context.cloud.report_task(
                {**_stopped_report(described), "stoppedReason": str(error)}
            )
            return
        task = Task(
            plan, arn, described["clusterArn"], group, self._context, lambda: self._report(task)
        )
        running = asyncio.create_task(task.run(), name=f"task {task.task_id}")
        self._standalone[arn] = (task, running)

    def _report(self, task: Task) -> None:
        self._reports[task.arn] = task
        self._to_report.set()

    async def _keep_reporting(self) -> None:
        """Report the latest state of each changed task to the control plane."""
        while True:
            await self._to_report.wait()
            self._to_report.clear()
            while self._reports:
                arn, task = next(iter(self._reports.items()))
                del self._reports[arn]
                try:
                    await self._context.cloud.report_task(task.report())
                except UNREACHABLE as error:
                    _LOG.warning("task %s cannot be reported, retrying: %r", task.task_id, error)
                    self._reports.setdefault(arn, task)
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                if task.ended and arn not in self._reports:
                    self._finished.append(arn)
                    self._standalone.pop(arn, None)

    async def _stop_all(self) -> None:
        self._wanted = {}
        for task, _ in self._standalone.values():
            task.stop("the local cloud stops", SHUTDOWN_SECONDS)
        services = [running for _, running in list(self._services.values())]
        for one in services:
            one.cancel()
        standalone = [running for _, running in self._standalone.values()]
        await asyncio.gather(*services, *standalone, return_exceptions=True)


def _stopped_report(described: dict[str, Any]) -> dict[str, Any]:
    """Return the report of a stopped task."""
    return {
        "taskArn": described["taskArn"],
        "clusterArn": described["clusterArn"],
        "taskDefinitionArn": described["taskDefinitionArn"],
        "group": described.get("group"),
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "stoppedReason": ORPHANED,
        "containers": [
            {"name": one["name"], "exitCode": None, "lastStatus": "STOPPED"}
            for one in described.get("containers") or []
        ],
    }
