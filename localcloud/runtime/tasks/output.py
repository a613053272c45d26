"""Output of containers: written to a file, sent to CloudWatch Logs, its last lines kept."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import defaultdict, deque
from itertools import islice
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

from localcloud.log_lines import is_routine

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.runtime.tasks.cloud import Cloud

_LOG = logging.getLogger(__name__)

TAIL_LINES = 20
MAX_EVENT_BYTES = 256 * 1024  # maximum size of an event in CloudWatch Logs
FLUSH_SECONDS, SHUTDOWN_SECONDS = 0.5, 2.0
MAX_BATCH_EVENTS = 2_000
MAX_BUFFERED_EVENTS = 20_000  # beyond it, the oldest are dropped


class LogSender:
    """Buffers lines by log stream and sends them in batches."""

    def __init__(self, cloud: Cloud) -> None:
        """Send lines through *cloud*."""
        self._cloud = cloud
        self._waiting: dict[tuple[str, str], deque[dict[str, Any]]] = defaultdict(
            lambda: deque(maxlen=MAX_BUFFERED_EVENTS)
        )
        self._filled = asyncio.Event()

    def add(self, group: str, stream: str, text: str) -> None:
        """Buffer a line of *stream*."""
        event = {"timestamp": int(time.time() * 1000), "message": text or " "}
        self._waiting[group, stream].append(event)
        self._filled.set()

    async def run(self) -> None:
        """Send buffered lines until cancelled, then the remaining ones."""
        try:
            while True:
                await self._filled.wait()
                await asyncio.sleep(FLUSH_SECONDS)
                self._filled.clear()
                while await self._send_round() >= MAX_BATCH_EVENTS:
                    pass
                if self._waiting:
                    self._filled.set()
        except asyncio.CancelledError:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SHUTDOWN_SECONDS):
                    while await self._send_round():
                        pass
            raise

    async def _send_round(self) -> int:
        """Send one batch of each stream, so that a busy stream does not delay the others.

        Return the maximum number of lines left in a stream that was sent.
        """
        left = 0
        for (group, stream), lines in list(self._waiting.items()):
            batch = list(islice(lines, MAX_BATCH_EVENTS))
            try:
                # Events must be in order of time, but the clock may have been set back.
                in_order = sorted(batch, key=lambda event: event["timestamp"])
                await self._cloud.put_lines(group, stream, in_order)
            except (ClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
                _LOG.warning("log lines of %s cannot be sent, retrying: %r", group, error)
            else:
                for event in batch:
                    if lines and lines[0] is event:  # otherwise it has been dropped
                        lines.popleft()
                left = max(left, len(lines))
            if not lines:
                del self._waiting[group, stream]
        return left


class Output:
    """The output of one container."""

    def __init__(self, path: Path, sender: LogSender, group: str | None, stream: str) -> None:
        """Write lines to *path* and, if there is a *group*, to its *stream*."""
        self._path = path
        self._sender = sender
        self._group = group
        self._stream = stream
        self._last: deque[str] = deque(maxlen=TAIL_LINES)
        self._notable: deque[str] = deque(maxlen=TAIL_LINES)

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Read lines until the end of *reader*."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", buffering=1) as file:
            while True:
                try:
                    raw = await reader.readline()
                except ValueError:  # a line above the reader's limit is dropped
                    continue
                if not raw:
                    return
                text = raw[:MAX_EVENT_BYTES].decode(errors="replace").rstrip("\r\n")
                file.write(f"{text}\n")
                self.add(text)

    def note(self, text: str) -> None:
        """Write one line that is not the container's."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(f"{text}\n")
        if self._group:
            self._sender.add(self._group, self._stream, text)

    def add(self, text: str) -> None:
        """Write one line."""
        self._last.append(text)
        if not is_routine(text):
            self._notable.append(text)
        if self._group:
            self._sender.add(self._group, self._stream, text)

    @property
    def tail(self) -> list[str]:
        """The last lines without routine ones; the last lines if all are routine."""
        return list(self._notable or self._last)
