"""The front door's administration API: its own health and the health of targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.origin_check import rejection_reason
from localcloud.runtime.frontdoor.asgi import send_json

if TYPE_CHECKING:
    from localcloud.runtime.frontdoor.asgi import Receive, Scope, Send
    from localcloud.runtime.frontdoor.front_door import FrontDoor

OK, FORBIDDEN, NOT_FOUND = 200, 403, 404


class AdminApp:
    """Serves `GET /health` and `GET /targets`."""

    def __init__(self, door: FrontDoor) -> None:
        """Report the state of *door*."""
        self._door = door

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Handle one request."""
        door = self._door
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if message := rejection_reason(*map(headers.get, (b"host", b"origin", b"sec-fetch-site"))):
            await send_json(send, FORBIDDEN, {"message": message})
        elif scope["path"] == "/health":
            status = {"status": "ready", "configuration": door.applied, "problems": door.problems}
            await send_json(send, OK, status)
        elif scope["path"] == "/targets":
            targets = {"configuration": door.applied, "groups": door.health()}
            await send_json(send, OK, targets)
        else:
            where = scope["path"]
            message = {"message": f"no such route: {where}; use /health or /targets"}
            await send_json(send, NOT_FOUND, message)
