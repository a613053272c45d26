"""Take and deliver records until the process ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from localcloud.telemetry.firehose.buffer import Buffer
from localcloud.telemetry.firehose.delivery import Delivery
from localcloud.telemetry.firehose.operations import FirehoseOperations

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext

CHECKED_SECONDS = 5.0


async def run(context: TelemetryContext) -> None:
    """Register the operations and deliver what is due."""
    buffer = Buffer(context.database)
    delivery = Delivery(context.aws, buffer)
    operations = FirehoseOperations(buffer, delivery)
    context.operations.update("firehose", operations.handlers())
    context.put_log_record = operations.put_log_record
    context.ready("firehose")
    delivers = asyncio.create_task(delivery.run(), name="delivery streams")
    try:
        async for changed in context.changes.watch("firehose", every_seconds=CHECKED_SECONDS):
            if changed:
                delivery.streams_changed()
            if delivers.done():
                delivers.result()
    finally:
        delivers.cancel()
        await asyncio.gather(delivers, return_exceptions=True)
