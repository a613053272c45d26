"""The Location header of redirect actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.frontdoor.balancer.actions import Redirect

DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True)
class RequestUrl:
    """The URL of a request, with the declared protocol and port."""

    protocol: str
    host: str
    port: int
    path: str
    query: str


def location(redirect: Redirect, origin: RequestUrl, local_ports: Mapping[int, int]) -> str:
    """Return the value of the Location header.

    For a listener of the same load balancer it has the local port, from *local_ports*, and HTTP,
    because the front door has no certificates.
    """
    values = {
        "protocol": origin.protocol.lower(),
        "host": origin.host,
        "port": str(origin.port),
        "path": origin.path.removeprefix("/"),
        "query": origin.query,
    }
    protocol = _filled(redirect.protocol, values).lower()
    host = _filled(redirect.host, values)
    port = _filled(redirect.port, values)
    local = local_ports.get(int(port)) if port.isdigit() else None
    if local is not None and host == origin.host:
        protocol, port = "http", str(local)
    authority = host if DEFAULT_PORTS.get(protocol) == port else f"{host}:{port}"
    query = _filled(redirect.query, values)
    path = _filled(redirect.path, values)
    return f"{protocol}://{authority}{path}" + (f"?{query}" if query else "")


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"#{{{name}}}", value)
    return template
