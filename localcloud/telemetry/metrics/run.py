"""The part `metrics`: notes when this process measures, and deletes what is too old."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from localcloud.measurements import MEASUREMENTS
from localcloud.telemetry.metrics.emf import listener
from localcloud.telemetry.metrics.intake import intake
from localcloud.telemetry.metrics.log_events import count_events
from localcloud.telemetry.metrics.operations import operations
from localcloud.telemetry.metrics.store import MetricStore

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext

ALIVE_SECONDS = 5.0
DELETE_EVERY = 720
"""Beats of ALIVE_SECONDS between two deletions: an hour."""


def install(context: TelemetryContext) -> None:
    """Create the store, its operations, its intake, and the extraction from log lines."""
    context.metrics = MetricStore(context.database)
    context.routes["PUT", "/intake/metrics"] = intake(context.metrics)
    context.logs.listeners += [listener(context.metrics), count_events]
    context.operations.update("cloudwatch", operations(context.metrics))


async def run(context: TelemetryContext) -> None:
    """Beat until cancelled, and take what this process itself measures."""
    store = context.metrics
    store.delete_old()
    context.ready("metrics")
    beat = 0
    while True:
        store.alive()
        if found := MEASUREMENTS.take():
            store.add(found)
        await asyncio.sleep(ALIVE_SECONDS)
        beat += 1
        if beat % DELETE_EVERY == 0:
            store.delete_old()
