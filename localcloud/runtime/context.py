"""What every part of the workers process is given."""

from __future__ import annotations

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from localcloud.ports import HOST, claim
from localcloud.runtime.api import AwsApi
from localcloud.runtime.changes import ChangeFeed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from aiohttp import web

    from localcloud.layout import Layout

REGION = "eu-west-1"
THREADS = 16


@dataclass
class WorkerContext:
    """The emulated AWS as its workers see it, and the workers' own HTTP server.

    A part is `async def run(context: WorkerContext) -> None`; it is cancelled to stop it. It says
    `context.ready("<part>")` when it does its work.
    """

    layout: Layout
    endpoint: str
    """The emulated AWS API's URL."""
    http: aiohttp.ClientSession
    changes: ChangeFeed
    """`async for changed in context.changes.watch("ecs"): ...`"""
    aws: AwsApi
    """`await context.aws("sqs", "ReceiveMessage", QueueUrl=...)`, on the event loop."""
    workers_url: str
    """The URL of this process's own HTTP server."""
    region: str = REGION
    routes: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(
        default_factory=dict
    )
    """Who answers which first segment of a path on the workers' port."""
    parts_ready: set[str] = field(default_factory=set)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="aws")
    )
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def ready(self, part: str) -> None:
        """Tell the health check that *part* does its work."""
        self.parts_ready.add(part)

    def client(self, service: str, region: str | None = None) -> Any:
        """Return the boto3 client of *service*; there is one for each service and region."""
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = _client(self.endpoint, *key)
        return self._clients[key]

    async def call(self, method: Callable[..., Any], /, **parameters: Any) -> Any:
        """Return what a blocking call answers: `await context.call(ecs.list_services, ...)`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, functools.partial(method, **parameters))

    def close(self) -> None:
        """Let go of the threads; a call that hangs is left behind."""
        self._threads.shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def worker_context(
    layout: Layout, endpoint: str | None = None
) -> AsyncIterator[WorkerContext]:
    """Give a context whose change feed is being read until the block ends."""
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
        feed = asyncio.create_task(context.changes.run(), name="change feed")
        try:
            yield context
        finally:
            feed.cancel()
            await asyncio.gather(feed, return_exceptions=True)
            context.close()


def _client(endpoint: str, service: str, region: str) -> Any:
    # boto3 is a tenth of a second and 30 MB: only who asks for a client pays for it.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client(
        service,  # pyright: ignore[reportArgumentType, reportCallIssue]
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - it opens nothing
        config=Config(retries={"max_attempts": 2}, inject_host_prefix=False),
    )
