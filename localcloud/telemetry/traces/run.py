"""The part `traces`: installs the store of spans, their intake and X-Ray's operations on them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import aiohttp

from localcloud.telemetry.traces.declared import LOGS, reader
from localcloud.telemetry.traces.otlp import routes
from localcloud.telemetry.traces.store import SpanStore
from localcloud.telemetry.traces.xray import operations

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext

_LOG = logging.getLogger(__name__)

WITHOUT_SEARCH = (
    "these spans are kept, but an account would refuse them: define"
    ' aws.xray.TraceSegmentDestination(destination="CloudWatchLogs"), as stacks/account.py does'
)


def install(context: TelemetryContext) -> None:
    """Create the store, and register its intake and operations."""
    context.traces = SpanStore(context.database)
    context.operations.update("xray", operations(context.traces, reader(context)))
    context.open_routes.update(routes(context.traces.add, lambda: context.spans_warning))


async def run(context: TelemetryContext) -> None:
    """Follow the destination of spans until cancelled."""
    context.ready("traces")
    read = reader(context)
    async for _ in context.changes.watch("xray"):
        try:
            found = await read(context.region)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _LOG.info("X-Ray's settings cannot be read: %r", error)
            continue
        context.spans_warning = "" if found.destination == LOGS else WITHOUT_SEARCH
