"""Runs the front door until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.account import REGION
from localcloud.measurement_sender import send_measurements
from localcloud.ports import HOST, claim
from localcloud.runtime.api import AwsApi
from localcloud.runtime.changes import ChangeFeed
from localcloud.runtime.frontdoor.admin import AdminApp
from localcloud.runtime.frontdoor.balancer.unserved import UnservedReasons
from localcloud.runtime.frontdoor.bound_port import BoundPort
from localcloud.runtime.frontdoor.configuration import read_configuration
from localcloud.runtime.frontdoor.front_door import FrontDoor
from localcloud.runtime.frontdoor.gateway.access_log import AccessLogs
from localcloud.runtime.frontdoor.gateway.function_url import read_function_urls
from localcloud.runtime.frontdoor.token_verifier import TokenVerifier
from localcloud.runtime.log_sender import LogSender, LogStreams
from localcloud.runtime.names import NameReader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from typing import Any

    from localcloud.layout import Layout
    from localcloud.runtime.frontdoor.configuration import Configuration

_LOG = logging.getLogger(__name__)

LAMBDA = "lambda"
RETRY_SECONDS = 0.5
DRAINING_CHECK_SECONDS = 1.0
TARGET_IDLE_SECONDS = 4.0
"""Shorter than uvicorn's five seconds, so that no request uses a connection that its target is
closing."""

UNREACHABLE = (aiohttp.ClientError, BotoCoreError, ClientError, TimeoutError, OSError)


@asynccontextmanager
async def running_front_door(layout: Layout) -> AsyncIterator[FrontDoor]:
    """Serve load balancers, HTTP APIs and function URLs until the block ends."""
    endpoint = f"http://{HOST}:{claim(layout, 'aws')}"
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=TARGET_IDLE_SECONDS)
    async with (
        aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        ) as targets,
        aiohttp.ClientSession() as http,
    ):
        aws = AwsApi(endpoint, http, REGION)
        sender = LogSender(LogStreams(aws))
        workers = f"http://{HOST}:{claim(layout, 'workers')}"
        tokens, reasons = TokenVerifier(http, endpoint), UnservedReasons(aws)
        door = FrontDoor(layout, targets, tokens, AccessLogs(sender), workers, endpoint, reasons)
        admin = BoundPort.claimed(layout, "frontdoor", AdminApp(door))
        await admin.open()
        feed = ChangeFeed(endpoint, http)
        work: list[Coroutine[Any, Any, None]] = [
            feed.run(),
            _follow(feed, aws, NameReader(layout, endpoint, http), door),
            _report(door, http, endpoint, feed),
            sender.run(),
            send_measurements(layout, http, gauges=(door.measure,)),
        ]
        tasks = [asyncio.create_task(one) for one in work]
        try:
            yield door
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(door.close(), admin.close())


async def _follow(feed: ChangeFeed, aws: AwsApi, names: NameReader, door: FrontDoor) -> None:
    """Apply the configuration after each change; keep the last one while it cannot be read."""
    last: Configuration | None = None
    async for changed in feed.watch(
        "elasticloadbalancing",
        "apigateway",
        "route53",
        "s3",
        LAMBDA,
        every_seconds=DRAINING_CHECK_SECONDS,
    ):
        door.remove_drained()
        if not changed and not door.has_port_conflicts:
            continue
        logged: type[Exception] | None = None
        while True:
            try:
                urls = await read_function_urls(aws)
                if last is None or changed != {LAMBDA}:
                    last = await read_configuration(aws, await names())
                last = replace(last, function_urls=urls)
                await door.apply(last)
                break
            except Exception as error:  # noqa: BLE001 - the last configuration stays
                if type(error) is not logged:
                    unexpected = not isinstance(error, UNREACHABLE)
                    text = "the configuration cannot be read, serving the last one: %r"
                    _LOG.warning(text, error, exc_info=unexpected)
                logged = type(error)
            await asyncio.sleep(RETRY_SECONDS)


async def _report(
    door: FrontDoor, http: aiohttp.ClientSession, endpoint: str, feed: ChangeFeed
) -> None:
    """Report changed target states to the control plane."""
    reported: dict[str, dict[str, dict[str, str]]] = {}
    while True:
        await door.health_changed.wait()
        door.health_changed.clear()
        states = {
            arn: {
                address: {"state": one["state"], "reason": one["reason"]}
                for address, one in targets.items()
            }
            for arn, targets in door.health().items()
        }
        changed = {
            arn: targets
            for arn, targets in states.items()
            if reported.get(arn) != targets or arn in door.stale_reports
        }
        door.stale_reports.clear()
        if not changed:
            continue
        try:
            url = f"{endpoint}/_bulkhead/target-health"
            async with http.put(url, json=changed) as response:
                await response.read()
                response.raise_for_status()
            reported = states
        except UNREACHABLE as error:
            if feed.connected:
                _LOG.warning("target health cannot be reported, retrying: %r", error)
            await asyncio.sleep(RETRY_SECONDS)
            door.health_changed.set()
