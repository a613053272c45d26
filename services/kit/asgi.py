"""ASGI middleware: correlation ID, role check and request log."""

from __future__ import annotations

import json
import logging
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kit import correlation, roles
from kit.errors import error_body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

logger = logging.getLogger("requests")


class Guard:
    """Middleware that passes on a request if the caller's token has the role of its route."""

    def __init__(
        self, application: Application, route_roles: dict[str, str], *, open_paths: frozenset[str]
    ) -> None:
        """Check *route_roles*, except on *open_paths*, such as health checks."""
        self.application = application
        """The wrapped application."""
        self._open_paths = open_paths
        self._routes: list[tuple[str, re.Pattern[str], str]] = []
        for route, role in route_roles.items():
            method, _, path = route.partition(" ")
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
            self._routes.append((method, re.compile(pattern), role))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request; other scopes, such as lifespan, are passed on."""
        if scope["type"] != "http" or scope["path"] in self._open_paths:
            await self.application(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        correlation_id = correlation.from_headers(headers)
        token = correlation.current.set(correlation_id)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                name = correlation.HEADER.encode()
                message["headers"] = [*message["headers"], (name, correlation_id.encode())]
            await send(message)

        try:
            error = self._error(scope, headers)
            if error is None:
                await self.application(scope, receive, send_with_id)
            else:
                await _send_error(send_with_id, *error)
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            about = {"method": scope["method"], "path": scope["path"], "status": status}
            logger.info("request", extra={**about, "milliseconds": took})
            correlation.current.reset(token)

    def _error(self, scope: Message, headers: dict[str, str]) -> tuple[HTTPStatus, str] | None:
        role = self._role(scope["method"], scope["path"])
        scope["caller"] = roles.NOBODY
        try:
            if role is not None and role != roles.PUBLIC:
                scope["caller"] = roles.of_header(headers.get("authorization", ""))
            roles.check(role, scope["caller"])
        except roles.UnauthenticatedError as error:
            return HTTPStatus.UNAUTHORIZED, str(error)
        except roles.ForbiddenError as error:
            return HTTPStatus.FORBIDDEN, str(error)
        return None

    def _role(self, method: str, path: str) -> str | None:
        for candidate, pattern, role in self._routes:
            if candidate == method and pattern.fullmatch(path):
                return role
        return None


async def _send_error(send: Send, status: HTTPStatus, message: str) -> None:
    headers = [(b"content-type", b"application/json")]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(error_body(message)).encode()})
