"""Answers of the ASGI middleware: of the application, with injected faults, or an error."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from kit import faults
from kit.errors import HttpError, RefusedError, error_body

if TYPE_CHECKING:
    from kit.asgi import Application, Message, Receive, Send

POLICY_VIOLATION = 1008
POINT = "request"
UNFINISHED = [(b"content-length", b"1")]


async def answer(application: Application, scope: Message, receive: Receive, send: Send) -> None:
    """Let *application* answer, unless a fault is due at the point `request`."""
    if scope["type"] != "http" or not faults.are_planned():
        await application(scope, receive, send)
        return
    request = await _messages(receive)

    async def work() -> list[Message]:
        waiting = list(request)
        sent: list[Message] = []

        async def replay() -> Message:
            return waiting.pop(0) if waiting else await receive()

        async def keep(message: Message) -> None:
            sent.append(message)

        await application(scope, replay, keep)
        return sent

    try:
        messages = await faults.run_async(POINT, work)
    except faults.InjectedError as error:
        if error.lost:  # the server closes the connection of an unfinished response
            await send({"type": "http.response.start", "status": 200, "headers": UNFINISHED})
            return
        await refuse(scope, receive, send, error)
    else:
        for message in messages:
            await send(message)


async def refuse(
    scope: Message, receive: Receive, send: Send, error: RefusedError | HttpError
) -> None:
    """Respond with *error*; to a WebSocket, instead of accepting it."""
    kind = "http.response"
    if scope["type"] == "websocket":
        await receive()  # websocket.connect
        kind = "websocket.http.response"
        if kind not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": str(error)})
            return
    headers = [(b"content-type", b"application/json")]
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    body = json.dumps(error_body(str(error))).encode()
    await send({"type": f"{kind}.start", "status": int(error.status), "headers": headers})
    await send({"type": f"{kind}.body", "body": body})


async def _messages(receive: Receive) -> list[Message]:
    """Return the request's body, in its messages."""
    found = [await receive()]
    while found[-1].get("more_body"):
        found.append(await receive())
    return found
