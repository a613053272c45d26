"""Correlation id and role check for any ASGI application."""

from __future__ import annotations

import json
import logging
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kit import correlation, roles
from kit.answers import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

logger = logging.getLogger("requests")


class Guard:
    """Lets a request through to *application* if its token has the role of its route."""

    def __init__(
        self, application: Application, route_roles: dict[str, str], *, open_paths: frozenset[str]
    ) -> None:
        """Check *route_roles*; *open_paths* are asked by the platform itself, without a token."""
        self._application = application
        self._open_paths = open_paths
        self._routes: list[tuple[str, re.Pattern[str], str]] = []
        for route, role in route_roles.items():
            method, _, path = route.partition(" ")
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
            self._routes.append((method, re.compile(pattern), role))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or pass on what is none."""
        if scope["type"] != "http" or scope["path"] in self._open_paths:
            await self._application(scope, receive, send)
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
            refused = self._refused(scope, headers)
            if refused is None:
                await self._application(scope, receive, send_with_id)
            else:
                await _refuse(send_with_id, *refused)
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            about = {"method": scope["method"], "path": scope["path"], "status": status}
            logger.info("request", extra={**about, "milliseconds": took})
            correlation.current.reset(token)

    def _refused(self, scope: Message, headers: dict[str, str]) -> tuple[HTTPStatus, str] | None:
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


async def _refuse(send: Send, status: HTTPStatus, message: str) -> None:
    headers = [(b"content-type", b"application/json")]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(refusal(message)).encode()})
