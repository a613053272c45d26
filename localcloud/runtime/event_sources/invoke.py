"""Invokes a function with a batch, through the workers' Invoke endpoint."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp

from localcloud.backoff import backoff
from localcloud.runtime.functions.definition import CONNECTION_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.runtime.context import WorkerContext

OK = 200
RETRIED_STATUSES = frozenset({429, 500, 503})
FIRST_DELAY_SECONDS = 0.1
MAX_DELAY_SECONDS = 2.0
MAX_INVOCATION_SECONDS = 15 * 60 + 60


@dataclass(frozen=True)
class InvocationResult:
    """The result of invoking the function with a batch."""

    handled: bool
    payload: bytes = b""
    reason: str = ""
    invoked: bool = True
    """False if the function never ran: it was throttled, or could not be reached."""


class FunctionInvoker:
    """Invokes one function."""

    def __init__(self, context: WorkerContext, function_arn: str) -> None:
        """Invoke *function_arn*, which may name a version or an alias."""
        self.not_throttled = asyncio.Event()
        """Cleared while the function is throttled."""
        self.not_throttled.set()
        self.stopping = asyncio.Event()
        """Set to end throttled invocations."""
        self._throttled = 0
        self._http = context.http
        name = quote(function_arn, safe="")
        self._url = f"{context.workers_url}/functions/{name}/invocations"

    async def invoke(self, event: bytes, *, timeout_seconds: float) -> InvocationResult:
        """Return the result; a throttled invocation is retried for *timeout_seconds*."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout_seconds
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        while True:
            answer = await self._try(event)
            if answer is not None:
                return answer
            delay = next(delays)
            if self.stopping.is_set() or loop.time() + delay > end:
                reason = "the function was throttled for too long"
                return InvocationResult(handled=False, reason=reason, invoked=False)
            with self._throttling(), contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self.stopping.wait()

    @contextlib.contextmanager
    def _throttling(self) -> Iterator[None]:
        self._throttled += 1
        self.not_throttled.clear()
        try:
            yield
        finally:
            self._throttled -= 1
            if not self._throttled:
                self.not_throttled.set()

    async def _try(self, event: bytes) -> InvocationResult | None:
        limit = aiohttp.ClientTimeout(total=MAX_INVOCATION_SECONDS)
        try:
            async with self._http.post(
                self._url, data=io.BytesIO(event), timeout=limit
            ) as response:
                payload = await response.read()
                status, headers = response.status, response.headers
        except CONNECTION_ERRORS as error:
            return InvocationResult(handled=False, reason=repr(error), invoked=False)
        if status in RETRIED_STATUSES:
            return None
        if status != OK or "X-Amz-Function-Error" in headers:
            return InvocationResult(handled=False, payload=payload, reason=_reason(payload, status))
        return InvocationResult(handled=True, payload=payload)


def _reason(payload: bytes, status: int) -> str:
    try:
        error = json.loads(payload)
        return str(error.get("errorMessage") or error.get("Message") or status)
    except (ValueError, AttributeError):
        return str(status)
