"""Subscription filters: matching events go to functions, streams and delivery streams.

Each filter has a position in the store that moves on after a delivery, so events are delivered at
least once, also across restarts. What a destination refuses is tried again for a day.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import logging
import time
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
from botocore.exceptions import ClientError

from localcloud.backoff import backoff
from localcloud.telemetry.operations import OperationError
from log_patterns import Line, PatternError, parse_pattern
from log_patterns.delimited import DelimitedPattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localcloud.telemetry.context import TelemetryContext
    from localcloud.telemetry.logs.declared import Group
    from localcloud.telemetry.logs.events import LogBatch, StoredEvent
    from log_patterns import Pattern

_LOG = logging.getLogger(__name__)

SCHEMA = """
create table if not exists log_delivery (filter text primary key, last integer not null)
    without rowid;
"""
BATCH_EVENTS = 500
LARGEST_DATA = 750_000
"""Bytes of a compressed document; destinations take about a megabyte of its base64 form."""
FAILURES = (ClientError, OperationError, aiohttp.ClientError, TimeoutError, OSError)
WAIT_SECONDS = 0.5
MAX_DELAY_SECONDS = 30.0
TRIED_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Subscription:
    """A filter of one log group."""

    region: str
    group: str
    name: str
    pattern_text: str
    destination: str
    distribution: str
    created: int

    @property
    def key(self) -> str:
        """The name of its position: another destination or pattern goes on from there."""
        return f"{self.region} {self.group} {self.name} {self.created}"


class Subscriptions:
    """A task for each filter."""

    def __init__(self, context: TelemetryContext) -> None:
        """Create the table, and listen to the store."""
        self._context = context
        context.database.script(SCHEMA)
        self._tasks: dict[Subscription, asyncio.Task[None]] = {}
        self._filled: dict[tuple[str, str], list[asyncio.Event]] = {}
        context.logs.listeners.append(self._wake)

    def configure(self, groups: dict[tuple[str, str], Group]) -> None:
        """Start and stop tasks for the filters of *groups*."""
        wanted = set(_declared(groups))
        for gone in set(self._tasks) - wanted:
            self._tasks.pop(gone).cancel()
        kept = {one.key for one in wanted}
        rows = self._execute("select filter from log_delivery").fetchall()
        for [key] in rows:
            if key not in kept:
                self._execute("delete from log_delivery where filter = ?", key)
        for one in wanted - set(self._tasks):
            self._execute(
                "insert or ignore into log_delivery values (?, ?)", one.key, self._start_of(one)
            )
            self._tasks[one] = asyncio.create_task(self._run(one), name=f"filter {one.name}")
        self._context.database.flush()

    async def close(self) -> None:
        """Stop every task."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start_of(self, subscription: Subscription) -> int:
        """Return the last id that arrived before the filter was made."""
        return self._execute(
            "select coalesce(max(id), 0) from log_event where ingested < ?", subscription.created
        ).fetchone()[0]

    def _wake(self, batch: LogBatch) -> None:
        for event in self._filled.get((batch.region, batch.group), ()):
            event.set()

    async def _run(self, one: Subscription) -> None:
        try:
            pattern = parse_pattern(one.pattern_text)
        except PatternError as error:  # declared by an earlier version
            _LOG.warning("subscription filter %s is not applied: %s", one.name, error)
            return
        filled = asyncio.Event()
        filled.set()
        listening = self._filled.setdefault((one.region, one.group), [])
        listening.append(filled)
        try:
            while True:
                await filled.wait()
                filled.clear()
                while await self._deliver(one, pattern):
                    pass
                await asyncio.sleep(WAIT_SECONDS)
        finally:
            listening.remove(filled)

    async def _deliver(self, one: Subscription, pattern: Pattern) -> bool:
        """Deliver the next events; return whether there may be more."""
        store = self._context.logs
        row = self._execute("select last from log_delivery where filter = ?", one.key).fetchone()
        events = store.after(one.region, one.group, row[0], BATCH_EVENTS)
        if not events:
            return False
        matching = [event for event in events if pattern.matches(Line(event.message))]
        matching.sort(key=lambda event: event.stream)
        for stream, some in groupby(matching, key=lambda event: event.stream):
            await self._send(one, stream, list(some), pattern)
        self._execute("update log_delivery set last = ? where filter = ?", events[-1].id, one.key)
        self._context.database.flush()
        return len(events) == BATCH_EVENTS

    async def _send(
        self, one: Subscription, stream: str, events: list[StoredEvent], pattern: Pattern
    ) -> None:
        data = payload(self._context.account, one, stream, events, pattern)
        if len(data) > LARGEST_DATA and len(events) > 1:
            half = len(events) // 2
            await self._send(one, stream, events[:half], pattern)
            return await self._send(one, stream, events[half:], pattern)
        delays = backoff(WAIT_SECONDS, MAX_DELAY_SECONDS)
        while True:
            try:
                return await self._call(one, stream, data)
            except FAILURES as error:
                if time.time() - events[-1].ingested / 1000 > TRIED_SECONDS:
                    _LOG.warning("%s events for %s are dropped: %s", len(events), one.name, error)
                    self._context.logs.count("dropped by subscriptions", len(events))
                    return None
                _LOG.info("subscription filter %s is tried again: %s", one.name, error)
                await asyncio.sleep(next(delays))

    async def _call(self, one: Subscription, stream: str, data: bytes) -> None:
        aws, name = self._context.aws, one.destination.rpartition("/")[2]
        service = one.destination.split(":")[2]
        key = stream if one.distribution == "ByLogStream" else str(uuid4())
        if service == "lambda":
            text = json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}})
            await aws(
                "lambda", "Invoke", region=one.region, FunctionName=one.destination,
                InvocationType="Event", Payload=text.encode(),
            )  # fmt: skip
        elif service == "kinesis":
            await aws(
                "kinesis", "PutRecord", region=one.region, StreamName=name, Data=data,
                PartitionKey=key[:256],
            )  # fmt: skip
        elif put := self._context.put_log_record:
            await put(one.region, name, data)
        else:
            raise TimeoutError("delivery streams have not started yet")

    def _execute(self, statement: str, *values: Any) -> Any:
        return self._context.database.connection.execute(statement, values)


def payload(
    account: str, one: Subscription, stream: str, events: Sequence[StoredEvent], pattern: Pattern
) -> bytes:
    """Return the compressed document that a destination receives."""
    named = isinstance(pattern, DelimitedPattern)
    document = {
        "messageType": "DATA_MESSAGE",
        "owner": account,
        "logGroup": one.group,
        "logStream": stream,
        "subscriptionFilters": [one.name],
        "logEvents": [
            {
                "id": event.aws_id,
                "timestamp": event.timestamp,
                "message": event.message,
                **({"extractedFields": _extracted(pattern, event)} if named else {}),
            }
            for event in events
        ],
    }
    return gzip.compress(json.dumps(document).encode())


def _extracted(pattern: Pattern, event: StoredEvent) -> dict[str, str]:
    fields = pattern.fields(Line(event.message))
    return {name.removeprefix("$"): value for name, value in fields.items()}


def _declared(groups: dict[tuple[str, str], Group]) -> Iterable[Subscription]:
    for (region, name), group in groups.items():
        for one in group.subscriptions:
            yield Subscription(
                region=region,
                group=name,
                name=one["filterName"],
                pattern_text=one.get("filterPattern") or "",
                destination=one["destinationArn"],
                distribution=one.get("distribution") or "ByLogStream",
                created=one["creationTime"],
            )
