"""Sends the output of functions to CloudWatch Logs, and appends it to one file per function."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

from localcloud.backoff import backoff
from localcloud.runtime.api import error_code

if TYPE_CHECKING:
    from localcloud.layout import Layout
    from localcloud.runtime.api import AwsApi

_LOG = logging.getLogger(__name__)

FLUSH_SECONDS = 0.3
MAX_DELAY_SECONDS = 10.0
MAX_BUFFERED_EVENTS = 20_000
"""Events buffered per stream while CloudWatch Logs is unreachable; the oldest are dropped."""
MAX_BATCH_EVENTS = 2_000
TAIL_BYTES = 4_096
"""Bytes of the log that Invoke returns with `LogType=Tail`."""

Stream = tuple[str, str, str]
"""Region, log group, log stream."""


class LogShipper:
    """Sends events to CloudWatch Logs in batches; creates log groups and streams on first use."""

    def __init__(self, aws: AwsApi) -> None:
        """Create a shipper; `run` sends through *aws*."""
        self._aws = aws
        self._waiting: dict[Stream, deque[tuple[int, str]]] = {}
        self._wake = asyncio.Event()

    def put(self, stream: Stream, milliseconds: int, message: str) -> None:
        """Buffer one log event of *stream*."""
        if stream not in self._waiting:
            self._waiting[stream] = deque(maxlen=MAX_BUFFERED_EVENTS)
        self._waiting[stream].append((milliseconds, message))
        self._wake.set()

    async def run(self) -> None:
        """Send buffered events until cancelled."""
        delays = backoff(FLUSH_SECONDS, MAX_DELAY_SECONDS)
        while True:
            await self._wake.wait()
            await asyncio.sleep(next(delays))
            self._wake.clear()
            try:
                await self.flush(least=MAX_BATCH_EVENTS)
                delays = backoff(FLUSH_SECONDS, MAX_DELAY_SECONDS)
                if self._waiting:
                    self._wake.set()
            except (aiohttp.ClientError, TimeoutError, OSError, ClientError) as error:
                _LOG.debug("CloudWatch Logs is unreachable, retrying: %r", error)
                self._wake.set()

    async def flush(self, least: int = 1) -> None:
        """Send batches of each stream in turn, until fewer than *least* events are left."""
        while True:
            for stream, waiting in list(self._waiting.items()):
                batch = list(islice(waiting, MAX_BATCH_EVENTS))
                await self._send(stream, sorted(batch, key=lambda event: event[0]))
                for event in batch:
                    if waiting and waiting[0] is event:  # otherwise it has been dropped
                        waiting.popleft()
                if not waiting:
                    del self._waiting[stream]
            if all(len(waiting) < least for waiting in self._waiting.values()):
                return

    async def _send(self, stream: Stream, batch: list[tuple[int, str]]) -> None:
        region, group, name = stream
        where: dict[str, Any] = {"region": region, "logGroupName": group}
        events = [{"timestamp": when, "message": text or " "} for when, text in batch]
        put: dict[str, Any] = {**where, "logStreamName": name, "logEvents": events}
        try:
            await self._aws("logs", "PutLogEvents", **put)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            await self._create("CreateLogGroup", **where)
            await self._create("CreateLogStream", **where, logStreamName=name)
            await self._aws("logs", "PutLogEvents", **put)

    async def _create(self, operation: str, **parameters: Any) -> None:
        try:
            await self._aws("logs", operation, **parameters)
        except ClientError as error:
            if error_code(error) != "ResourceAlreadyExistsException":
                raise


class LogFiles:
    """One log file per function."""

    def __init__(self, layout: Layout) -> None:
        """Write to the layout's log folder."""
        self._folder = layout.logs
        self._open: dict[str, IO[str]] = {}

    def write(self, name: str, text: str) -> None:
        """Add one line to the file of the function *name*."""
        if name not in self._open:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{name}.log"
            self._open[name] = path.open("a", buffering=1, encoding="utf-8")
        self._open[name].write(text + "\n")

    def close(self) -> None:
        """Close all files."""
        for file in self._open.values():
            with contextlib.suppress(OSError):
                file.close()
        self._open.clear()


class EnvironmentLog:
    """The log stream of one execution environment."""

    def __init__(self, shipper: LogShipper, files: LogFiles, function: str, stream: Stream) -> None:
        """Write lines of *function* to *stream* and to its file."""
        self._shipper = shipper
        self._files = files
        self._function = function
        self.stream = stream
        self.tail = bytearray()

    def write(self, text: str, milliseconds: int | None = None) -> None:
        """Add one event."""
        text = text.rstrip("\r\n").replace("\r", "\n")
        self._shipper.put(self.stream, milliseconds or int(time.time() * 1000), text)
        self._files.write(self._function, text)
        self.tail += text.encode() + b"\n"
        if len(self.tail) > 2 * TAIL_BYTES:
            del self.tail[:-TAIL_BYTES]

    def take_tail(self) -> bytes:
        """Return the last bytes logged since the last call."""
        tail = bytes(self.tail[-TAIL_BYTES:])
        self.tail.clear()
        return tail
