"""Sends requests to an ASGI application in this process, without its lifespan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kit.asgi import Application, Message


async def call(
    app: Application,
    method: str,
    path: str,
    *,
    body: Any = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any, dict[str, str]]:
    """Return the status, the JSON body and the headers that *app* answers with."""
    content = b"" if body is None else json.dumps(body).encode()
    path, _, query = path.partition("?")
    sent = {"content-type": "application/json", **(headers or {})}
    scope: Message = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": content}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    start, *rest = messages
    answered = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], json.loads(b"".join(m.get("body", b"") for m in rest)), answered
