"""Sends log lines to CloudWatch Logs in batches, each of which is stored once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import aiohttp
from botocore.exceptions import ClientError

from localcloud.backoff import backoff
from localcloud.runtime.api import error_code

if TYPE_CHECKING:
    from localcloud.runtime.api import AwsApi

_LOG = logging.getLogger(__name__)

MAX_EVENT_BYTES = 256 * 1024
MAX_BATCH_EVENTS = 2_000
MAX_BATCH_BYTES = 1_048_576
EVENT_OVERHEAD_BYTES = 26
"""What CloudWatch Logs adds to the size of each event."""
MAX_BATCH_SPAN_MS = 86_400_000
MAX_BUFFERED_EVENTS = 20_000
"""Events kept of a stream while it cannot be sent; beyond it, the oldest are dropped."""
FLUSH_SECONDS, MAX_DELAY_SECONDS, CLOSE_SECONDS = 0.5, 10.0, 2.0
REFUSED = frozenset({"InvalidParameterException", "ValidationException", "UnrecognizedClient"})
"""Errors that the same batch would get again."""
NOT_FOUND, EXISTS = "ResourceNotFoundException", "ResourceAlreadyExistsException"


class Stream(NamedTuple):
    """A log stream."""

    region: str
    group: str
    name: str


Event = dict[str, Any]
"""`timestamp` in milliseconds, and `message`."""


class Put(Protocol):
    """Stores events; a batch that is put again under its *token* is not stored twice."""

    async def __call__(self, stream: Stream, events: list[Event], token: str, /) -> None:
        """Store *events* of *stream*."""
        ...


@dataclass
class _Waiting:
    events: deque[Event] = field(default_factory=deque[Event])
    batch: list[Event] = field(default_factory=list[Event])
    """What was sent and not acknowledged."""
    token: str = ""

    def next(self) -> list[Event]:
        """Return the batch that was not acknowledged, or the next one in order of time."""
        if not self.batch:
            size, first = 0, self.events[0]["timestamp"] if self.events else 0
            while self.events and len(self.batch) < MAX_BATCH_EVENTS:
                event = self.events[0]
                size += len(event["message"].encode()) + EVENT_OVERHEAD_BYTES
                if self.batch and (
                    size > MAX_BATCH_BYTES or abs(event["timestamp"] - first) >= MAX_BATCH_SPAN_MS
                ):
                    break
                self.batch.append(self.events.popleft())
            self.batch.sort(key=lambda event: event["timestamp"])  # the clock may be set back
            self.token = f"bulkhead-{uuid.uuid4()}"
        return self.batch


class LogSender:
    """Buffers lines by log stream and sends them in batches."""

    def __init__(self, put: Put, flush_seconds: float = FLUSH_SECONDS) -> None:
        """Send batches with *put*; `run` waits *flush_seconds* for more lines."""
        self.dropped = 0
        """Lines that were dropped, because too many waited or because they were refused."""
        self._put = put
        self._flush_seconds = flush_seconds
        self._waiting: dict[Stream, _Waiting] = {}
        self._filled = asyncio.Event()

    def add(self, stream: Stream, message: str, milliseconds: int | None = None) -> None:
        """Buffer a line of *stream*, at a time since the epoch; default: now."""
        waiting = self._waiting.setdefault(stream, _Waiting())
        if len(waiting.events) >= MAX_BUFFERED_EVENTS:
            waiting.events.popleft()
            self.dropped += 1
        at = int(time.time() * 1000) if milliseconds is None else milliseconds
        waiting.events.append({"timestamp": at, "message": _shortened(message) or " "})
        self._filled.set()

    async def run(self) -> None:
        """Send buffered lines until cancelled, then the remaining ones."""
        delays = backoff(self._flush_seconds, MAX_DELAY_SECONDS)
        dropped = 0
        try:
            while True:
                await self._filled.wait()
                await asyncio.sleep(next(delays))
                self._filled.clear()
                try:
                    await self.flush(least=MAX_BATCH_EVENTS)
                    delays = backoff(self._flush_seconds, MAX_DELAY_SECONDS)
                except (ClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
                    _LOG.info("log lines wait, CloudWatch Logs does not take them: %r", error)
                if self._waiting:
                    self._filled.set()
                if self.dropped > dropped:
                    _LOG.warning("%s log lines were dropped", self.dropped - dropped)
                    dropped = self.dropped
        except asyncio.CancelledError:
            await self.close()
            raise

    async def close(self) -> None:
        """Send what waits, for at most CLOSE_SECONDS."""
        with contextlib.suppress(ClientError, aiohttp.ClientError, TimeoutError, OSError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.flush()

    async def flush(self, least: int = 1) -> None:
        """Send one batch of each stream in turn, until fewer than *least* lines are left in each.

        Raises the last error of a round after it: a stream that cannot be sent keeps no other.
        """
        left = least
        while left >= least:
            left, failed = 0, None
            for stream, waiting in list(self._waiting.items()):
                try:
                    await self._send(stream, waiting)
                except (ClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
                    failed = error
                left = max(left, len(waiting.events))
                if not waiting.events and not waiting.batch:
                    del self._waiting[stream]
            if failed is not None:
                raise failed

    async def _send(self, stream: Stream, waiting: _Waiting) -> None:
        batch = waiting.next()
        try:
            await self._put(stream, batch, waiting.token)
        except ClientError as error:
            if error_code(error) not in REFUSED | {NOT_FOUND}:
                raise
            if error_code(error) != NOT_FOUND:  # otherwise the log group does not exist
                _LOG.warning("%s lines of %s are refused: %s", len(batch), stream.group, error)
                self.dropped += len(batch)
        waiting.batch = []


class LogStreams:
    """Puts events into log streams, and creates those that are missing."""

    def __init__(self, aws: AwsApi, *, creates_groups: bool = False) -> None:
        """Call *aws*; with *creates_groups* missing log groups are created too, as Lambda does."""
        self._aws, self._creates_groups = aws, creates_groups

    async def __call__(self, stream: Stream, events: list[Event], token: str, /) -> None:
        """Store *events*; raises ClientError, ResourceNotFoundException without the group."""
        where: dict[str, Any] = {"region": stream.region, "logGroupName": stream.group}
        put = {
            **where,
            "logStreamName": stream.name,
            "logEvents": events,
            "sequenceToken": token,
        }
        try:
            await self._aws("logs", "PutLogEvents", **put)
        except ClientError as error:
            if error_code(error) != NOT_FOUND:
                raise
            if self._creates_groups:
                await self._create("CreateLogGroup", **where)
            await self._create("CreateLogStream", **where, logStreamName=stream.name)
            await self._aws("logs", "PutLogEvents", **put)

    async def _create(self, operation: str, **parameters: Any) -> None:
        try:
            await self._aws("logs", operation, **parameters)
        except ClientError as error:
            if error_code(error) != EXISTS:
                raise


def _shortened(message: str) -> str:
    encoded = message.encode(errors="replace")
    if len(encoded) <= MAX_EVENT_BYTES:
        return encoded.decode()
    return encoded[:MAX_EVENT_BYTES].decode(errors="ignore")
