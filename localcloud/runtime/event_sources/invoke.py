"""Calls a function with a batch, through the workers' own Invoke endpoint."""

from __future__ import annotations

import asyncio
import io
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp

from localcloud.runtime.functions.definition import OUT_OF_REACH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.runtime.context import WorkerContext

OK = 200
TRY_AGAIN = frozenset({429, 500, 503})
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 2.0
LONGEST_RUN_SECONDS = 15 * 60 + 60


@dataclass(frozen=True)
class Answer:
    """What came of a batch."""

    handled: bool
    payload: bytes = b""
    reason: str = ""


class Invoker:
    """Calls one function."""

    def __init__(self, context: WorkerContext, function_arn: str) -> None:
        """Make a caller of *function_arn*, which may name a version or an alias."""
        self.unhindered = asyncio.Event()
        """Cleared while the function is throttled."""
        self.unhindered.set()
        self._throttled = 0
        self._http = context.http
        name = quote(function_arn, safe="")
        self._url = f"{context.workers_url}/functions/{name}/invocations"

    async def invoke(self, event: bytes, *, patience: float) -> Answer:
        """Return what the function said; a throttled call is made again for *patience* seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        delay = FIRST_DELAY_SECONDS
        while True:
            answer = await self._try(event)
            if answer is not None:
                return answer
            if loop.time() + delay > end:
                return Answer(handled=False, reason="the function was throttled for too long")
            with self._hindered():
                await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)

    @contextmanager
    def _hindered(self) -> Iterator[None]:
        self._throttled += 1
        self.unhindered.clear()
        try:
            yield
        finally:
            self._throttled -= 1
            if not self._throttled:
                self.unhindered.set()

    async def _try(self, event: bytes) -> Answer | None:
        limit = aiohttp.ClientTimeout(total=LONGEST_RUN_SECONDS)
        try:
            async with self._http.post(
                self._url, data=io.BytesIO(event), timeout=limit
            ) as response:
                payload = await response.read()
                status, headers = response.status, response.headers
        except OUT_OF_REACH as error:
            return Answer(handled=False, reason=repr(error))
        if status in TRY_AGAIN:
            return None
        if status != OK or "X-Amz-Function-Error" in headers:
            return Answer(handled=False, payload=payload, reason=_reason(payload, status))
        return Answer(handled=True, payload=payload)


def _reason(payload: bytes, status: int) -> str:
    try:
        told = json.loads(payload)
        return str(told.get("errorMessage") or told.get("Message") or status)
    except (ValueError, AttributeError):
        return str(status)
