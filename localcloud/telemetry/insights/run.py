"""Answer the operations of Logs Insights until the process ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from localcloud.telemetry.insights.operations import Insights
from localcloud.telemetry.insights.pool import Pool
from localcloud.telemetry.insights.queries import Queries

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext


async def run(context: TelemetryContext) -> None:
    """Register the operations; end their queries and processes when cancelled."""
    pool = Pool()
    queries = Queries(pool)
    context.operations.update("logs", Insights(context, queries, pool).handlers())
    context.ready("insights")
    try:
        await asyncio.Event().wait()
    finally:
        await queries.close()
