"""Custom names of load balancers and HTTP APIs: each is served on a port of its own.

No DNS server answers for the names, so the port stands for the Host header.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.names import API_PORT, DEFAULT_PORTS, custom_port_name
from localcloud.runtime.frontdoor.asgi import send_response
from localcloud.runtime.frontdoor.gateway.gateway_responses import (
    GatewayResponseError,
    gateway_response,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from localcloud.names import ApiMapping, Names
    from localcloud.runtime.frontdoor.asgi import RawHeaders, Receive, Scope, Send
    from localcloud.runtime.frontdoor.balancer.listener import ListenerApp
    from localcloud.runtime.frontdoor.gateway.app import ApiApp

LOCAL_HOST = re.compile(rb"(127\.0\.0\.1|localhost)(:\d+)?", re.IGNORECASE)
FORBIDDEN = 403


@dataclass
class CustomName:
    """Passes requests on as if they had been sent to *host*."""

    host: str
    protocol: str
    port: int
    app: Any

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        told = {
            **scope,
            "headers": self._headers(scope["headers"]),
            "scheme": self.protocol,
            "server": (self.host, self.port),
        }
        await self.app(told, receive, send)

    def _headers(self, headers: RawHeaders) -> RawHeaders:
        default = DEFAULT_PORTS.get(self.protocol) == self.port
        host = (self.host if default else f"{self.host}:{self.port}").encode()
        return [
            (name, host if name == b"host" and LOCAL_HOST.fullmatch(value) else value)
            for name, value in headers
        ]


@dataclass
class CustomDomain:
    """Passes requests on to the API of the longest mapping that matches their path."""

    mappings: tuple[tuple[str, ApiApp], ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        path: str = scope["raw_path"].decode("latin-1")
        for key, app in self.mappings:
            if not key or path == f"/{key}" or path.startswith(f"/{key}/"):
                await app(scope, receive, send)
                return
        refused = gateway_response(GatewayResponseError(FORBIDDEN, "Forbidden"))
        await send_response(send, refused.status, refused.body, refused.headers)


def custom_names(
    names: Names,
    listeners: Mapping[str, tuple[Any, ListenerApp]],
    api_of: Callable[[ApiMapping], ApiApp | None],
) -> Iterator[tuple[str, CustomName]]:
    """Yield the application of each custom name, with the name of its port."""
    for host, balancer in names.balancers.items():
        for _, app in listeners.values():
            served = app.listener
            if served.balancer == balancer:
                protocol = served.protocol.lower()
                custom = CustomName(host, protocol, served.port, app)
                yield custom_port_name(host, served.port), custom
    for host, mappings in names.domains.items():
        longest = sorted(mappings, key=lambda one: len(one.key), reverse=True)
        found = tuple((one.key, api) for one in longest if (api := api_of(one)) is not None)
        custom = CustomName(host, "https", API_PORT, CustomDomain(found))
        yield custom_port_name(host, API_PORT), custom
