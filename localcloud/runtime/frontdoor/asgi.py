"""ASGI types and responses that the front door uses."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]

STATUSES_WITHOUT_BODY = frozenset({204, 304})
"""Statuses of responses without a body, whatever Content-Length says."""


async def send_response(
    send: Send, status: int, body: bytes = b"", headers: RawHeaders | None = None
) -> None:
    """Send one complete response; without a body if the status does not allow one."""
    start = list(headers or [])
    if status in STATUSES_WITHOUT_BODY:
        body = b""
    else:
        start.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


async def send_json(
    send: Send, status: int, content: object, headers: RawHeaders | None = None
) -> None:
    """Send one complete JSON response."""
    body = json.dumps(content, separators=(",", ":")).encode()
    await send_response(
        send, status, body, [(b"content-type", b"application/json"), *(headers or [])]
    )
