"""The log area of the process: tables, operations, and what follows the declared groups."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

import aiohttp

from localcloud.telemetry.logs import moving
from localcloud.telemetry.logs.declared import Declared
from localcloud.telemetry.logs.live_tail import LiveTails
from localcloud.telemetry.logs.metric_filters import MetricFilters
from localcloud.telemetry.logs.operations import LogOperations
from localcloud.telemetry.logs.subscriptions import Subscriptions

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext

_LOG = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
SPACE_EVERY_SECONDS = 60.0
RETENTION_EVERY_SECONDS = 3600.0
DAY = 86_400_000
TIMES_PATH = "/_bulkhead/logs/times"


class Logs:
    """Everything that follows from the declared groups and filters."""

    def __init__(self, context: TelemetryContext) -> None:
        """Create the tables, and register operations and listeners."""
        self._context = context
        self.declared = Declared(context)
        self.metric_filters = MetricFilters()
        self.subscriptions = Subscriptions(context)
        context.operations.update("logs", LogOperations(context, self.declared).handlers())
        context.operations.stream("logs", LiveTails(context, self.declared).handlers())
        context.logs.listeners.append(self.metric_filters.read)
        self._grown: set[tuple[str, str]] = set()
        self._sized = 0.0

    async def follow(self) -> None:
        """Apply each change of groups, streams and filters until cancelled."""
        async for _ in self._context.changes.watch("logs", every_seconds=RETENTION_EVERY_SECONDS):
            try:
                await self.declared.refresh()
                await moving.clear(self._context)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                _LOG.info("log groups cannot be read, retrying: %r", error)
                self._context.changes.announce("logs")
                await asyncio.sleep(1)
                continue
            self.apply()

    def apply(self, now: float | None = None) -> None:
        """Forget what is deleted or expired, and use the declared filters."""
        store = self._context.logs
        for key in store.streams():
            region, group, stream = key
            found = self.declared.groups.get((region, group))
            created = found.streams.get(stream) if found else None
            store.forget_stream(key, created)  # one that was created again begins empty
        at = int((time.time() if now is None else now) * 1000)
        for (region, group), found in self.declared.groups.items():
            if found.retention_days:
                store.forget_before(region, group, at - found.retention_days * DAY)
        self.metric_filters.configure(self.declared.metric_filters)
        self.subscriptions.configure(self.declared.groups)

    async def tick(self) -> None:
        """Add the filters' values to the metrics, and tell the control plane of the streams."""
        self._context.metrics.add(self.metric_filters.take())
        store = self._context.logs
        changed, store.changed = store.changed, set()
        if not changed:
            return
        self._grown |= {key[:2] for key in changed}
        grown: set[tuple[str, str]] = set()
        if time.monotonic() - self._sized >= SPACE_EVERY_SECONDS:  # it reads every event
            self._sized = time.monotonic()
            grown, self._grown = self._grown, set()
        body = {
            "streams": [[*key, *(store.times(key) or (None, None, None))] for key in changed],
            "bytes": [[*one, store.stored_bytes(*one)] for one in grown],
        }
        try:
            timeout = aiohttp.ClientTimeout(total=EVERY_SECONDS)
            url = self._context.endpoint + TIMES_PATH
            async with self._context.http.put(url, json=body, timeout=timeout) as answer:
                answer.raise_for_status()
        except (aiohttp.ClientError, TimeoutError, OSError):
            store.changed |= changed


def install(context: TelemetryContext) -> None:
    """Create the tables, move what an earlier version kept, and register the operations."""
    moving.move(context)
    context.log_area = Logs(context)


async def run(context: TelemetryContext) -> None:
    """Follow the declared groups until cancelled."""
    logs = context.log_area
    context.logs.changed.update(context.logs.streams())
    follows = asyncio.create_task(logs.follow(), name="log groups")
    context.ready("logs")
    try:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            if follows.done():
                follows.result()
            await logs.tick()
    finally:
        follows.cancel()
        await asyncio.gather(follows, return_exceptions=True)
        await logs.subscriptions.close()
