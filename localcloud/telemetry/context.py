"""What all parts of the telemetry process share."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from localcloud.account import ACCOUNT, REGION
from localcloud.ports import HOST, claim
from localcloud.run_key import run_key
from localcloud.runtime.api import AwsApi
from localcloud.runtime.changes import ChangeFeed
from localcloud.telemetry.database import Database
from localcloud.telemetry.logs.store import LogStore
from localcloud.telemetry.operations import Operations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from localcloud.layout import Layout
    from localcloud.telemetry.alarms.book import AlarmBook
    from localcloud.telemetry.alarms.evaluator import Evaluator
    from localcloud.telemetry.logs.run import Logs
    from localcloud.telemetry.metrics.store import MetricStore
    from localcloud.telemetry.scaling.activities import Activities
    from localcloud.telemetry.scaling.scaling import Scaling
    from localcloud.telemetry.space import Space
    from localcloud.telemetry.traces.store import SpanStore

    Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class TelemetryContext:
    """Connections, stores and routes.

    A part is a coroutine function that takes a TelemetryContext and runs until cancelled. It calls
    `context.ready("<part>")` once it has started.
    """

    layout: Layout
    endpoint: str
    """URL of the emulated AWS API."""
    http: aiohttp.ClientSession
    changes: ChangeFeed
    """`async for changed in context.changes.watch("logs"): ...`, by signing names."""
    aws: AwsApi
    """`await context.aws("sns", "Publish", ...)`."""
    database: Database
    key: str
    """What the local cloud's own processes send in `x-bulkhead-key`."""
    account: str = ACCOUNT
    region: str = REGION
    operations: Operations = field(default_factory=Operations)
    """AWS operations that this process answers."""
    routes: dict[tuple[str, str], Route] = field(default_factory=dict)
    """Handlers of the port `telemetry` by method and path, such as `PUT /intake/metrics`."""
    open_routes: dict[tuple[str, str], Route] = field(default_factory=dict)
    """Routes that services call without the key, such as `POST /v1/traces`."""
    spans_warning: str = ""
    """What senders of spans are told; '' while an account would accept them too."""
    metrics: MetricStore = field(init=False)
    traces: SpanStore = field(init=False)
    """Metrics by minute; there after `parts.install`."""
    alarms: AlarmBook = field(init=False)
    """States and history of alarms; there after `parts.install`."""
    evaluator: Evaluator = field(init=False)
    """The declared alarms; there after `parts.install`."""
    activities: Activities = field(init=False)
    """Scaling activities; there after `parts.install`."""
    scaling: Scaling = field(init=False)
    """Scaling policies of ECS services; there after `parts.install`."""
    space: Space = field(init=False)
    """Keeps the file small; there after `parts.install`."""
    console: web.Application = field(default_factory=web.Application)
    """The application of the port `console`; its pages are there after `parts.install`."""
    parts_ready: set[str] = field(default_factory=set)
    put_log_record: Callable[[str, str, bytes], Awaitable[None]] | None = None
    """Puts a record of CloudWatch Logs into the delivery stream of a Region and a name; there once
    the part `firehose` has started."""
    logs: LogStore = field(init=False)
    log_area: Logs = field(init=False)
    """What follows from log events: filters, and the declared groups."""

    def __post_init__(self) -> None:
        """Create the stores."""
        self.logs = LogStore(self.database)

    def ready(self, part: str) -> None:
        """Mark *part* as ready for the health check."""
        self.parts_ready.add(part)


@asynccontextmanager
async def telemetry_context(
    layout: Layout, endpoint: str | None = None
) -> AsyncIterator[TelemetryContext]:
    """Yield a context whose change feed is polled, and whose file is open, until the block ends."""
    endpoint = endpoint or f"http://{HOST}:{claim(layout, 'aws')}"
    database = Database(layout.data / "telemetry.db")
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            context = TelemetryContext(
                layout=layout,
                endpoint=endpoint,
                http=http,
                changes=ChangeFeed(endpoint, http),
                aws=AwsApi(endpoint, http, REGION),
                database=database,
                key=run_key(layout),
            )
            feed = asyncio.create_task(context.changes.run(), name="change feed")
            try:
                yield context
            finally:
                feed.cancel()
                await asyncio.gather(feed, return_exceptions=True)
    finally:
        database.close()
