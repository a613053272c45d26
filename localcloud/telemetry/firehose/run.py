"""Take and deliver records until the process ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.firehose.buffer import Buffer
from localcloud.telemetry.firehose.delivery import Delivery
from localcloud.telemetry.firehose.operations import FirehoseOperations

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext


async def run(context: TelemetryContext) -> None:
    """Register the operations and deliver what is due."""
    buffer = Buffer(context.database)
    delivery = Delivery(context.aws, buffer)
    context.operations.update("firehose", FirehoseOperations(buffer, delivery).handlers())
    context.ready("firehose")
    await delivery.run()
