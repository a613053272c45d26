"""The few ASGI types and answers that the whole front door uses."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]


async def answer(
    send: Send, status: int, body: bytes = b"", headers: RawHeaders | None = None
) -> None:
    """Send one complete response."""
    start = [*(headers or []), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


async def answer_json(
    send: Send, status: int, content: object, headers: RawHeaders | None = None
) -> None:
    """Send one complete JSON response."""
    body = json.dumps(content, separators=(",", ":")).encode()
    await answer(send, status, body, [(b"content-type", b"application/json"), *(headers or [])])
