"""Redirects to names of the emulated AWS lead to their local addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.runtime.frontdoor.asgi import Message, Receive, Scope, Send


@dataclass
class LocalLocations:
    """Passes requests on, and replaces names in the Location header of responses."""

    app: Any
    localized: Callable[[str], str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def localized(message: Message) -> None:
            if message["type"] == "http.response.start":
                for index, (name, value) in enumerate(message["headers"]):
                    if name.lower() == b"location":
                        local = self.localized(value.decode("latin-1")).encode("latin-1")
                        headers = list(message["headers"])
                        headers[index] = (name, local)
                        message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, localized)
