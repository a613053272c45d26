"""The part of the workers process that runs ECS services and standalone tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.runtime.log_sender import LogSender, LogStreams
from localcloud.runtime.names import NAMED, NameReader
from localcloud.runtime.overlays.overlay import TASKS
from localcloud.runtime.tasks.cloud import EmulatedCloud
from localcloud.runtime.tasks.credentials import ROUTE, TaskCredentials
from localcloud.runtime.tasks.process_registry import ProcessRegistry
from localcloud.runtime.tasks.task import TaskContext
from localcloud.runtime.tasks.worker import Worker
from localcloud.stopped import STOPPED

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext


async def run(context: WorkerContext) -> None:
    """Run the services and tasks of the emulated ECS until cancelled."""
    cloud = EmulatedCloud(context)
    registry = ProcessRegistry(context.layout)
    registry.kill_orphans()
    credentials = TaskCredentials(context.aws, context.workers_url)
    task_context = TaskContext(
        layout=context.layout,
        cloud=cloud,
        logs=LogSender(LogStreams(context.aws)),
        registry=registry,
        credentials=credentials,
        names=NameReader(context.layout, context.endpoint, context.http),
        endpoint=context.endpoint,
    )
    context.routes[ROUTE] = credentials.answer
    context.ready("tasks")
    worker = Worker(task_context, context.overlays.report)
    try:
        with context.overlays.run_by(TASKS, worker):
            await worker.run(context.changes.watch("ecs", *NAMED, STOPPED))
    finally:
        del context.routes[ROUTE]
