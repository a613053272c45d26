"""`AWS/Logs`: events and bytes that log groups receive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from localcloud.telemetry.logs.events import LogBatch

NAMESPACE = "AWS/Logs"
OVERHEAD_BYTES = 26  # of an event, as it is billed


def count_events(batch: LogBatch) -> None:
    """Count the events of *batch*."""
    dimensions = {"LogGroupName": batch.group}
    size = sum(len(event.message.encode()) + OVERHEAD_BYTES for event in batch.events)
    number = float(len(batch.events))
    MEASUREMENTS.add(NAMESPACE, "IncomingLogEvents", number, dimensions=dimensions)
    MEASUREMENTS.add(NAMESPACE, "IncomingBytes", float(size), unit="Bytes", dimensions=dimensions)
