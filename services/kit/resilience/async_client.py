"""The client of one service for coroutines, over aiohttp: see `kit.calls`."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import aiohttp

from kit import faults, tracing
from kit.resilience import deadline, usage
from kit.resilience.errors import CallError, NoResponseError
from kit.resilience.messages import Request, Response, as_call_error, usable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kit.resilience.callee import Call, Callee
    from kit.roles import Caller

    Headers = Callable[[Caller | None], Awaitable[dict[str, str]]]


class AsyncClient:
    """Calls one service."""

    def __init__(
        self, callee: Callee, url: str, headers: Headers, session: aiohttp.ClientSession
    ) -> None:
        """Call *callee* at *url* through *session*; *headers* prove who calls."""
        self.callee = callee
        self._url = url
        self._headers = headers
        self._session = session

    async def get(self, path: str, *, caller: Caller | None = None) -> Response:
        """Return the response to a GET of *path*, with its query; raises CallError."""
        return await self.request("GET", path, caller=caller)

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        caller: Caller | None = None,
    ) -> Response:
        """Return a response with a status below 500, in the name of *caller*; raises CallError.

        It is retried if the method is idempotent, or *headers* have an Idempotency-Key.
        """
        own = await self._headers(caller)
        sent = Request.of(method, path, json, {**(headers or {}), **own})
        started = time.perf_counter()
        size = sent.size
        with self.callee.call(deadline.current.get(), retryable=sent.retryable) as call:
            try:
                response = await self._attempts(call, sent)
                size += len(response.body)
            finally:
                took = time.perf_counter() - started
                usage.count(self.callee.name, attempts=call.attempts, size=size, seconds=took)
        return response

    async def _attempts(self, call: Call, sent: Request) -> Response:
        while True:
            seconds = call.attempt()
            try:
                response = await self._attempt(call, sent, seconds)
            except CallError as error:
                await asyncio.sleep(call.failed(error))
            else:
                call.succeeded()
                return response

    async def _attempt(self, call: Call, sent: Request, seconds: float) -> Response:
        name = self.callee.name
        try:
            with tracing.call(name, sent.method, sent.path) as span:
                traced = sent.traced()
                async with asyncio.timeout(seconds):
                    response = await faults.run_async(
                        f"call.{name}", lambda: self._send(traced, seconds)
                    )
                tracing.set_status(span, response.status)
        except faults.InjectedError as error:
            raise as_call_error(name, error) from error
        except TimeoutError as error:
            raise call.too_late() from error
        except (OSError, aiohttp.ClientError) as error:
            raise NoResponseError(name, f"{type(error).__name__}: {error}") from error
        return usable(name, response)

    async def _send(self, sent: Request, seconds: float) -> Response:
        headers = {**sent.headers, deadline.HEADER: deadline.milliseconds(seconds)}
        async with self._session.request(
            sent.method,
            self._url + sent.path,
            headers=headers,
            data=sent.body,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, found, await answer.read())
