"""ECS services and one-off tasks, as processes started from their task definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.runtime.tasks.cloud import EmulatedCloud
from localcloud.runtime.tasks.output import LogSender
from localcloud.runtime.tasks.process_registry import Registry
from localcloud.runtime.tasks.task import Tools
from localcloud.runtime.tasks.worker import Worker

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext


async def run(context: WorkerContext) -> None:
    """Run what the emulated ECS declares until cancelled."""
    cloud = EmulatedCloud(context)
    registry = Registry(context.layout)
    registry.end_leftovers()
    tools = Tools(
        layout=context.layout,
        cloud=cloud,
        logs=LogSender(cloud),
        registry=registry,
        endpoint=context.endpoint,
        region=context.region,
    )
    context.ready("tasks")
    await Worker(tools).run(context.changes.watch("ecs"))
