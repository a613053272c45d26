"""ASGI middleware: correlation ID, authorization, deadline and request log.

It handles requests and WebSockets; deadlines, counted calls and faults are those of requests.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kit import callers, correlation, roles, tracing
from kit.asgi_answers import answer, refuse
from kit.errors import LoopDetectedError, RefusedError
from kit.resilience import incoming, usage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

logger = logging.getLogger("requests")

ANSWERED = frozenset({"http", "websocket", "lifespan"})
STARTS = frozenset({"http.response.start", "websocket.http.response.start", "websocket.accept"})
MAX_KNOWN = 1000  # callers whose tokens are not verified again


class Guard:
    """Middleware that passes on a request if the caller's token has the role of its route."""

    def __init__(
        self, application: Application, route_roles: dict[str, str], *, open_paths: frozenset[str]
    ) -> None:
        """Check *route_roles*, except on *open_paths*, such as health checks.

        Raises SettingError if the tokens of services cannot be verified.
        """
        tracing.start()
        self.application = application
        """The wrapped application."""
        self._open_paths = open_paths
        self._routes: list[tuple[str, str, re.Pattern[str], str]] = []
        for route, role in route_roles.items():
            method, _, path = route.partition(" ")
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
            self._routes.append((method, path, re.compile(pattern), role))
        self._known: dict[tuple[str, str], roles.Caller] = {}
        self._takes_service_tokens = callers.trust() is not None
        if self._takes_service_tokens and set(route_roles.values()) - {roles.PUBLIC}:
            callers.services()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle a request or a WebSocket; lifespan is passed on, and other scopes are refused."""
        if scope["type"] not in ANSWERED:
            raise ValueError(f"the ASGI scope {scope['type']!r} is not supported")
        if scope["type"] == "lifespan" or scope["path"] in self._open_paths:
            await self.application(scope, receive, send)
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        method = scope.get("method", "GET")  # of a WebSocket's handshake
        route, _ = self._route(method, scope["path"])
        with correlation.of_request(headers), tracing.request(headers, method, route) as span:
            status, used = await self._guarded(scope, receive, send, headers)
            tracing.set_status(span, status)
            tracing.set_calls(span, used)

    async def _guarded(
        self,
        scope: Message,
        receive: Receive,
        send: Send,
        headers: dict[str, str],
    ) -> tuple[int, usage.Usage]:
        """Answer, and return the status and the calls that it took."""
        started = time.perf_counter()
        status = 0
        correlation_id = correlation.current.get()
        method = scope.get("method", "GET")  # of a WebSocket's handshake

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] in STARTS:
                status = message.get("status", HTTPStatus.SWITCHING_PROTOCOLS)
                name = correlation.HEADER.encode()
                message["headers"] = [
                    *(message.get("headers") or ()),
                    (name, correlation_id.encode()),
                ]
            await send(message)

        used: usage.Usage = {}
        try:
            if reason := correlation.too_many_hops():
                raise LoopDetectedError(reason)
            arrival = incoming.of_headers(headers)
            await self._authorize(scope, method, headers)
        except RefusedError as error:
            status = int(error.status)
            await refuse(scope, receive, send_with_id, error)
        else:
            with incoming.handled(arrival) as used:
                try:
                    await answer(self.application, scope, receive, send_with_id)
                except Exception as error:
                    about = {"method": method, "path": scope["path"]}
                    logger.exception("the request failed", extra={**about, "reason": repr(error)})
                    if scope["type"] != "http" or not status:
                        raise  # the server answers; FastAPI raises after it has answered
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            about = {"method": method, "path": scope["path"], "status": int(status)}
            calls = usage.fields(used)
            logger.info("request", extra={**about, "milliseconds": took, **calls})
        return int(status), used

    async def _authorize(self, scope: Message, method: str, headers: dict[str, str]) -> None:
        _, role = self._route(method, scope["path"])
        scope["caller"] = roles.NOBODY
        if role is not None and role != roles.PUBLIC:
            scope["caller"] = await self._caller(headers)
        roles.check(role, scope["caller"])

    async def _caller(self, headers: dict[str, str]) -> roles.Caller:
        if not self._takes_service_tokens:
            return roles.of_headers(headers)
        tokens = headers.get("authorization", ""), headers.get(callers.USER_TOKEN, "")
        known = self._known.get(tokens)
        if known is None or known.expires <= time.time():
            known = await asyncio.to_thread(roles.of_headers, headers)  # it may read keys
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[tokens] = known
        return known

    def _route(self, method: str, path: str) -> tuple[str, str | None]:
        """Return the path's template and its role; '' and None for an unknown one."""
        for candidate, template, pattern, role in self._routes:
            if candidate == method and pattern.fullmatch(path):
                return template, role
        return "", None
