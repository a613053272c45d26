"""The part `alarms`: evaluates the alarms once a minute."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

import aiohttp
from botocore.exceptions import ClientError

from localcloud.telemetry.alarms.book import AlarmBook
from localcloud.telemetry.alarms.evaluator import Evaluator
from localcloud.telemetry.alarms.operations import operations

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext

_LOG = logging.getLogger(__name__)

MINUTE = 60
AFTER_SECONDS = 15
"""Second of the minute at which the last one is evaluated.

Every process sends what it measured each ten seconds, so the whole minute is there after ten; five
more are for a machine that is busy. After a start as many seconds pass first: what was measured
while this process did not run arrives in them.
"""


def install(context: TelemetryContext) -> None:
    """Read the saved states, and register the operations."""
    context.alarms = AlarmBook(context.database)
    context.evaluator = Evaluator(context)
    context.operations.update("cloudwatch", operations(context.evaluator, context.alarms))


async def run(context: TelemetryContext) -> None:
    """Evaluate until cancelled."""
    context.ready("alarms")
    async with asyncio.TaskGroup() as group:
        group.create_task(_follow(context))
        group.create_task(_evaluate(context))


async def _follow(context: TelemetryContext) -> None:
    async for _ in context.changes.watch("monitoring", "application-autoscaling"):
        try:
            await context.evaluator.refresh()
        except (ClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            _LOG.info("alarms cannot be read: %r", error)


async def _evaluate(context: TelemetryContext) -> None:
    await asyncio.sleep(AFTER_SECONDS)
    while True:
        await asyncio.sleep(MINUTE - (time.time() - AFTER_SECONDS) % MINUTE)
        await context.evaluator.evaluate(int(time.time()) // MINUTE * MINUTE)
