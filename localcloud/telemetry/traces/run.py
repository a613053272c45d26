"""Installs the store of spans, their intake and X-Ray's operations on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.traces.otlp import routes
from localcloud.telemetry.traces.store import SpanStore
from localcloud.telemetry.traces.xray import operations

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext


def install(context: TelemetryContext) -> None:
    """Create the store, and register its intake and operations."""
    context.traces = SpanStore(context.database)
    context.operations.update("xray", operations(context.traces))
    context.open_routes.update(routes(context.traces.add))
