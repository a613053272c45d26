"""The part of the workers that runs executions of state machines."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.runtime.executions.execution import Execution
from localcloud.runtime.functions.definition import CONNECTION_ERRORS

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
ROUTE = "/_bulkhead/states/executions"


async def run(context: WorkerContext) -> None:
    """Run executions until cancelled; what runs then goes on after the next start."""
    running: dict[str, tuple[Execution, asyncio.Task[None]]] = {}

    def ended(arn: str, task: asyncio.Task[None]) -> None:
        running.pop(arn, None)
        if not task.cancelled() and (error := task.exception()):
            _LOG.error("the execution %s stands still: %r", arn, error, exc_info=error)

    try:
        async for _ in context.changes.watch("states"):
            found = {one["arn"]: one for one in await _running(context)}
            for arn in running.keys() - found.keys():
                execution, task = running.pop(arn)
                task.cancel()
                await _stop(execution)
            for arn in found.keys() - running.keys():
                execution = Execution(context, found[arn], lambda body: _report(context, body))
                task = asyncio.create_task(execution.run(), name=f"execution {arn}")
                task.add_done_callback(lambda done, arn=arn: ended(arn, done))
                running[arn] = (execution, task)
            context.ready("executions")
    finally:
        tasks = [task for _, task in running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _stop(execution: Execution) -> None:
    try:
        await execution.stop("the execution was stopped")
    except (*CONNECTION_ERRORS, ClientError) as error:
        _LOG.warning("the task of an execution cannot be stopped: %s", error)


async def _running(context: WorkerContext) -> list[dict[str, Any]]:
    while True:
        try:
            async with context.http.get(f"{context.endpoint}{ROUTE}/running") as answer:
                answer.raise_for_status()
                return await answer.json()
        except CONNECTION_ERRORS as error:
            _LOG.info("executions cannot be listed, retrying: %r", error)
            await asyncio.sleep(RETRY_SECONDS)


async def _report(context: WorkerContext, body: dict[str, Any]) -> None:
    while True:
        try:
            async with context.http.put(context.endpoint + ROUTE, json=body) as answer:
                answer.raise_for_status()
                return
        except CONNECTION_ERRORS as error:
            _LOG.info("the execution %s cannot be reported, retrying: %r", body["arn"], error)
            await asyncio.sleep(RETRY_SECONDS)
