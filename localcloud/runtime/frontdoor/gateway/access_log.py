"""Access log lines of stages, sent to CloudWatch Logs in batches."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

from localcloud.runtime.api import error_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.api import AwsApi

_LOG = logging.getLogger(__name__)

PLACEHOLDER = re.compile(r"\$context\.([A-Za-z0-9_.]+)")
FLUSH_SECONDS = 1.0
MAX_BATCH_EVENTS = 1_000
MAX_BUFFERED_EVENTS = 20_000  # beyond it, the oldest are dropped


def format_line(template: str, values: Mapping[str, object]) -> str:
    """Return *template* with its `$context` variables filled in; unknown ones become `-`."""

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        bare = name.rstrip(".")  # a full stop after a variable is not part of its name
        value = values.get(bare)
        return ("-" if value is None else str(value)) + name[len(bare) :]

    return PLACEHOLDER.sub(filled, template)


class AccessLogs:
    """Buffers log events by log group."""

    def __init__(self, aws: AwsApi) -> None:
        """Send log events through *aws*."""
        self._aws = aws
        self._waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._filled = asyncio.Event()
        self._stream = f"frontdoor/{os.getpid()}-{int(time.time())}"
        self._streams: set[str] = set()

    def add(self, group: str, text: str) -> None:
        """Buffer *text* as a log event of the log group *group*."""
        lines = self._waiting[group]
        lines.append({"timestamp": int(time.time() * 1000), "message": text})
        if len(lines) > MAX_BUFFERED_EVENTS:
            del lines[: len(lines) - MAX_BUFFERED_EVENTS]
        self._filled.set()

    async def run(self) -> None:
        """Send buffered events until cancelled."""
        while True:
            await self._filled.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            self._filled.clear()
            for group in list(self._waiting):
                await self._flush(group)

    async def _flush(self, group: str) -> None:
        lines = self._waiting[group]
        try:
            while lines:
                batch = lines[:MAX_BATCH_EVENTS]
                await self._put(group, batch)
                del lines[: len(batch)]
        except (ClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            _LOG.warning("access logs of %s cannot be sent, retrying: %r", group, error)
            self._streams.discard(group)
            self._filled.set()

    async def _put(self, group: str, batch: list[dict[str, Any]]) -> None:
        names: dict[str, Any] = {"logGroupName": group, "logStreamName": self._stream}
        if group not in self._streams:
            try:
                await self._aws("logs", "CreateLogStream", **names)
            except ClientError as error:
                if error_code(error) == "ResourceNotFoundException":
                    return  # the log group does not exist: drop the events
                if error_code(error) != "ResourceAlreadyExistsException":
                    raise
            self._streams.add(group)
        await self._aws("logs", "PutLogEvents", logEvents=batch, **names)
