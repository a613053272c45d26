"""Runs an ASGI application in this process, and sends requests to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable

    from kit.asgi import Application, Message


@contextlib.asynccontextmanager
async def running(app: Application) -> AsyncGenerator[Application]:
    """Run the lifespan of *app* around the block; raises RuntimeError if its startup fails."""
    received: asyncio.Queue[Message] = asyncio.Queue()
    sent: asyncio.Queue[Message] = asyncio.Queue()

    async def step(name: str) -> None:
        await received.put({"type": f"lifespan.{name}"})
        answer = await sent.get()
        if answer["type"] != f"lifespan.{name}.complete":
            raise RuntimeError(answer.get("message", answer["type"]))

    scope: Message = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    task = asyncio.create_task(_run(app(scope, received.get, sent.put)))
    try:
        await step("startup")
        yield app
        await step("shutdown")
    finally:
        await task


async def _run(lifespan: Awaitable[None]) -> None:
    with contextlib.suppress(Exception):  # it was sent as lifespan.startup.failed
        await lifespan


async def call(
    app: Application,
    method: str,
    path: str,
    *,
    body: Any = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any, dict[str, str]]:
    """Return status, JSON body and headers of the response of *app*."""
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
