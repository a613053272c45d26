"""The ports on which the front door listens."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.server import ServerState

from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.layout import Layout
    from localcloud.runtime.frontdoor.asgi import Receive, Scope, Send

_LOG = logging.getLogger(__name__)

STOP_SECONDS = 5.0


class PortInUseError(Exception):
    """Raised if another process listens on the port that ports.json assigns to a name."""


def port_in_use(name: str, port: int) -> str:
    """Return the message about a port that another process uses."""
    return (
        f"port {port} on {HOST}, assigned to {name}, is in use by another process: stop that"
        " process, or remove the name from ports.json to assign another port"
    )


class BoundPort:
    """A port and the ASGI application that it serves.

    It uses uvicorn's protocol without uvicorn's server, which wakes up ten times a second per port.
    """

    def __init__(self, name: str, port: int, app: Any, keep_alive_seconds: int = 75) -> None:
        """Configure the server of *app*; `open` binds the port."""
        self.name = name
        self.port = port
        self.app = app
        self._server: asyncio.Server | None = None
        self._state = ServerState()
        self._config = uvicorn.Config(
            self._logged,
            http="httptools",
            ws="none",
            lifespan="off",
            interface="asgi3",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=keep_alive_seconds,
        )

    @classmethod
    def claimed(cls, layout: Layout, name: str, app: Any) -> BoundPort:
        """Return a server on the port that ports.json assigns to *name*."""
        return cls(name, claim(layout, name), app)

    @property
    def url(self) -> str:
        """URL of the port."""
        return f"http://{HOST}:{self.port}"

    async def open(self) -> None:
        """Accept connections; raises PortInUseError."""
        loop = asyncio.get_running_loop()
        self._config.load()
        protocol: Any = self._config.http_protocol_class
        try:
            self._server = await loop.create_server(
                lambda: protocol(
                    config=self._config, server_state=self._state, app_state={}, _loop=loop
                ),
                HOST,
                self.port,
                backlog=2048,
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(port_in_use(self.name, self.port)) from error
        _LOG.info("%s is served at %s", self.name, self.url)

    async def _logged(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Log unhandled exceptions; uvicorn responds with 500 or closes the connection."""
        try:
            await self.app(scope, receive, send)
        except Exception:
            _LOG.exception("%s: %s %s failed", self.name, scope["method"], scope["path"])
            raise

    async def close(self) -> None:
        """Stop accepting connections, and wait STOP_SECONDS for requests in progress."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                while self._state.tasks or self._state.connections:  # noqa: ASYNC110 - uvicorn's
                    await asyncio.sleep(0.02)
        for connection in list(self._state.connections):
            transport: Any = connection.transport
            transport.abort()
        self._server = None
