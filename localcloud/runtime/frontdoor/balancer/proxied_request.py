"""Forwards one request to a target and its response to the client."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from localcloud.runtime.frontdoor.asgi import STATUSES_WITHOUT_BODY, send_response
from localcloud.runtime.frontdoor.balancer.headers import AUTO_HEADERS, forwarded_response_headers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from multidict import CIMultiDict

    from localcloud.runtime.frontdoor.asgi import RawHeaders, Receive, Scope, Send
    from localcloud.runtime.frontdoor.balancer.target_group import Target, TargetGroup

_LOG = logging.getLogger(__name__)

MAX_BUFFERED_BYTES = 65_536  # a response up to this size is sent whole, a larger one in chunks
DISCONNECT_WATCH_DELAY_SECONDS = 1.0
IDLE_SECONDS = 60.0
REQUEST_TIMEOUT, BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT = 408, 502, 503, 504
ERROR_PAGES = {
    REQUEST_TIMEOUT: b"<html><head><title>408 Request Time-out</title></head></html>\n",
    BAD_GATEWAY: b"<html><head><title>502 Bad Gateway</title></head></html>\n",
    UNAVAILABLE: b"<html><head><title>503 Service Temporarily Unavailable</title></head></html>\n",
    GATEWAY_TIMEOUT: b"<html><head><title>504 Gateway Time-out</title></head></html>\n",
}


class Body:
    """The body of a request, which can be sent again until its second chunk has been read."""

    def __init__(self, receive: Receive, idle_seconds: float) -> None:
        """Wait at most *idle_seconds* for each chunk from the client."""
        self._receive = receive
        self._idle_seconds = idle_seconds
        self._first = b""
        self.more = False
        self.client_disconnected = False
        self.timed_out = False
        self.received = asyncio.Event()
        """Set when the whole body has been received."""

    @classmethod
    async def of(cls, receive: Receive, headers: RawHeaders, idle_seconds: float) -> Body:
        """Receive the first chunk of a request's body; raises TimeoutError."""
        body = cls(receive, idle_seconds)
        if any(name in {b"content-length", b"transfer-encoding"} for name, _ in headers):
            body._first = await body._piece()
        else:
            body.received.set()
        return body

    def data(self) -> bytes | AsyncIterator[bytes] | None:
        """Return the body for the HTTP client."""
        return self._pieces() if self.more else (self._first or None)

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield self._first
        while self.more:
            yield await self._piece()

    async def _piece(self) -> bytes:
        """Return the next chunk; raises TimeoutError or ConnectionResetError."""
        try:
            async with asyncio.timeout(self._idle_seconds):
                message = await self._receive()
        except TimeoutError:
            self.timed_out = True
            raise
        if message["type"] == "http.disconnect":
            self.client_disconnected = True
            raise ConnectionResetError("the client disconnected while it sent its request")
        self.more = message.get("more_body", False)
        if not self.more:
            self.received.set()
        return message.get("body", b"")


class ProxiedRequest:
    """Forwards one request to a target of a target group."""

    def __init__(
        self, http: aiohttp.ClientSession, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Prepare to send *scope*'s request over *http*."""
        self._http = http
        self._receive = receive
        self._send = send
        self._method: str = scope["method"]
        query = scope["query_string"]
        path = scope["raw_path"] + (b"?" + query if query else b"")
        self._path = path.decode("latin-1")
        self._scope = scope
        self._started = False
        self.chosen = False
        """Whether a target was there to take the request."""
        self.refused_connections = 0
        """Targets that refused the connection."""
        self.target_status: int | None = None
        """Status of the target's response; None without one."""
        self.response_seconds = 0.0
        """Time until the target's response began."""

    async def run(
        self,
        target_group: TargetGroup,
        headers: CIMultiDict[str],
        limits: aiohttp.ClientTimeout,
        *,
        preferred: Target | None = None,
        cookies: RawHeaders | None = None,
    ) -> None:
        """Send the response of a healthy target of *target_group* to the client.

        A target that refuses the connection has received nothing, so another one is tried.
        """
        try:
            idle_seconds = limits.sock_read or IDLE_SECONDS
            body = await Body.of(self._receive, self._scope["headers"], idle_seconds)
        except TimeoutError:
            await self._send_error_page(REQUEST_TIMEOUT)
            return
        except ConnectionResetError:
            return
        tried: set[str] = set()
        while (target := preferred or target_group.pick(tried)) is not None:
            preferred = None
            self.chosen = True
            try:
                with _count_in_flight(target_group, target):
                    await self._forward(target, headers, limits, body, cookies or [])
            except aiohttp.ClientConnectorError:
                self.refused_connections += 1
                tried.add(target.address)
                continue
            except (aiohttp.ClientError, OSError) as error:
                if body.timed_out:
                    await self._fail(REQUEST_TIMEOUT, target, "did not receive the body in time")
                elif isinstance(error, TimeoutError):
                    await self._fail(GATEWAY_TIMEOUT, target, "did not answer in time")
                elif not body.client_disconnected:
                    await self._fail(BAD_GATEWAY, target, f"broke the connection: {error!r}")
            return
        await self._send_error_page(BAD_GATEWAY if tried else UNAVAILABLE)

    async def _forward(
        self,
        target: Target,
        headers: CIMultiDict[str],
        limits: aiohttp.ClientTimeout,
        body: Body,
        cookies: RawHeaders,
    ) -> None:
        began = time.monotonic()
        with self._cancel_on_disconnect(body):
            async with self._http.request(
                self._method,
                URL(f"http://{target.address}{self._path}", encoded=True),
                headers=headers,
                data=body.data(),
                allow_redirects=False,
                skip_auto_headers=AUTO_HEADERS,
                timeout=limits,
            ) as response:
                self.target_status = response.status
                self.response_seconds = time.monotonic() - began
                kept = forwarded_response_headers(response.raw_headers)
                if (
                    response.status in STATUSES_WITHOUT_BODY
                ):  # its Content-Length is that of the omitted body
                    kept = [one for one in kept if one[0] != b"content-length"]
                start = {
                    "type": "http.response.start",
                    "status": response.status,
                    "headers": kept + cookies,
                }
                length = response.content_length
                if length is not None and length <= MAX_BUFFERED_BYTES:
                    whole = await response.read()
                    self._started = True
                    await self._send(start)
                    await self._send({"type": "http.response.body", "body": whole})
                    return
                self._started = True
                await self._send(start)
                async for piece in response.content.iter_any():
                    message = {"type": "http.response.body", "body": piece, "more_body": True}
                    await self._send(message)
                await self._send({"type": "http.response.body", "body": b""})

    @contextmanager
    def _cancel_on_disconnect(self, body: Body) -> Iterator[None]:
        """Cancel the request when the client disconnects; short requests are not watched."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        watch: asyncio.Task[None] | None = None
        disconnected = False

        async def wait_for_disconnect() -> None:
            nonlocal disconnected
            await body.received.wait()
            while (await self._receive())["type"] != "http.disconnect":
                pass
            disconnected = True
            if task is not None:
                task.cancel()

        def begin() -> None:
            nonlocal watch
            watch = loop.create_task(wait_for_disconnect())

        handle = loop.call_later(DISCONNECT_WATCH_DELAY_SECONDS, begin)
        try:
            yield
        except asyncio.CancelledError:
            if not disconnected:
                raise
            if task is not None:
                task.uncancel()
            body.client_disconnected = True
            raise ConnectionResetError("the client disconnected") from None
        finally:
            handle.cancel()
            if watch is not None:
                watch.cancel()

    async def _fail(self, status: int, target: Target, what: str) -> None:
        _LOG.warning("%s %s: target %s %s", self._method, self._path, target.address, what)
        if not self._started:
            await self._send_error_page(status)

    async def _send_error_page(self, status: int) -> None:
        headers = [(b"content-type", b"text/html")]
        if status == REQUEST_TIMEOUT:
            headers.append((b"connection", b"close"))  # unread parts of the request may follow
        await send_response(self._send, status, ERROR_PAGES[status], headers)


@contextmanager
def _count_in_flight(target_group: TargetGroup, target: Target) -> Iterator[None]:
    target.in_flight += 1
    try:
        yield
    finally:
        target.in_flight -= 1
        if target.drained_after is not None and not target.in_flight:
            target_group.remove_drained()
