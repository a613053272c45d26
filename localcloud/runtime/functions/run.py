"""The part of the workers process that runs Lambda functions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from localcloud.runtime.functions.asynchronous import AsyncInvoker
from localcloud.runtime.functions.endpoint import invoke_route
from localcloud.runtime.functions.event_queue import EventQueue
from localcloud.runtime.functions.overlays import FunctionOverlays
from localcloud.runtime.functions.service import Functions, make_interpreter
from localcloud.runtime.overlays.overlay import FUNCTIONS

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext


async def run(context: WorkerContext) -> None:
    """Serve invocations until cancelled."""
    functions = Functions(context)
    overlays = FunctionOverlays(functions, context.overlays.report)
    queue = EventQueue(context.layout.data / "async-invocations.sqlite")
    events = AsyncInvoker(functions, queue, context.aws)
    context.routes["functions"] = invoke_route(functions, events)
    try:
        with context.overlays.run_by(FUNCTIONS, overlays):
            async with asyncio.TaskGroup() as group:
                group.create_task(make_interpreter(context))
                group.create_task(functions.log_sender.run())
                group.create_task(functions.follow_changes(overlays.follow_deployments))
                group.create_task(events.run())
                context.ready("functions")
    finally:
        del context.routes["functions"]
        await overlays.close()
        await functions.close()
        queue.close()
