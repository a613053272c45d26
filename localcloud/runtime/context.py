"""Connections and routes that all parts of the workers process share."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp

from localcloud.account import REGION
from localcloud.measurement_sender import send_measurements
from localcloud.off import NotRunningServices
from localcloud.ports import HOST, claim
from localcloud.runtime.api import AwsApi
from localcloud.runtime.changes import ChangeFeed
from localcloud.runtime.overlays.leases import Overlays
from localcloud.runtime.timers.clock import Clock
from localcloud.stopped import STOPPED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from aiohttp import web

    from localcloud.layout import Layout

FOLLOW_SECONDS = 0.25


@dataclass
class WorkerContext:
    """Connections to the emulated AWS, and the routes of the workers' own HTTP server.

    A part is a coroutine function that takes a WorkerContext and runs until cancelled. It calls
    `context.ready("<part>")` once it has started.
    """

    layout: Layout
    endpoint: str
    """URL of the emulated AWS API."""
    http: aiohttp.ClientSession
    changes: ChangeFeed
    """`async for changed in context.changes.watch("ecs"): ...`"""
    aws: AwsApi
    """`await context.aws("sqs", "ReceiveMessage", QueueUrl=...)`, on the event loop."""
    workers_url: str
    """URL of this process's HTTP server."""
    region: str = REGION
    routes: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(
        default_factory=dict
    )
    """Request handlers by the first segment of the path."""
    overlays: Overlays = field(default_factory=Overlays)
    parts_ready: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Open the timers' clock; a change of what does not run is announced as `STOPPED`."""
        self.not_running = NotRunningServices(self.layout)
        self.layout.data.mkdir(parents=True, exist_ok=True)
        self.clock = Clock(self.layout.data / "clock.json")

    async def follow_stopped(self) -> None:
        """Announce changes of the services that do not run until cancelled."""
        last = self.not_running()
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            before, last = last, self.not_running()
            if last != before:
                self.changes.announce(STOPPED)

    def ready(self, part: str) -> None:
        """Mark *part* as ready for the health check."""
        self.parts_ready.add(part)


@asynccontextmanager
async def worker_context(
    layout: Layout, endpoint: str | None = None
) -> AsyncIterator[WorkerContext]:
    """Yield a context whose change feed is polled until the block ends."""
    endpoint = endpoint or f"http://{HOST}:{claim(layout, 'aws')}"
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        context = WorkerContext(
            layout=layout,
            endpoint=endpoint,
            http=http,
            changes=ChangeFeed(endpoint, http),
            aws=AwsApi(endpoint, http, REGION),
            workers_url=f"http://{HOST}:{claim(layout, 'workers')}",
        )
        feeds = [
            asyncio.create_task(context.changes.run(), name="change feed"),
            asyncio.create_task(context.follow_stopped(), name="stopped services"),
            asyncio.create_task(context.clock.run(), name="clock of timers"),
            asyncio.create_task(send_measurements(layout, http), name="measurements"),
        ]
        try:
            yield context
        finally:
            for feed in feeds:
                feed.cancel()
            await asyncio.gather(*feeds, return_exceptions=True)
