"""Properties of a request that rules and integrations use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.frontdoor.asgi import Scope


class RequestView:
    """Properties of one request, computed on first use."""

    def __init__(self, scope: Scope) -> None:
        """Wrap the ASGI *scope* of a request."""
        self._scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["raw_path"].decode("latin-1")

    @cached_property
    def headers(self) -> Mapping[str, list[str]]:
        """Values of each header by its lower-case name."""
        found: dict[str, list[str]] = {}
        for name, value in self._scope["headers"]:
            found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        return found

    @cached_property
    def host(self) -> str:
        """The lower-case Host header without its port."""
        host = self.headers.get("host", [""])[0].lower()
        return host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]

    @cached_property
    def query(self) -> str:
        """The raw query string."""
        return self._scope["query_string"].decode("latin-1")

    @cached_property
    def query_pairs(self) -> list[tuple[str, str]]:
        """Decoded keys and values of the query string."""
        return parse_qsl(self.query, keep_blank_values=True)

    @cached_property
    def source_ip(self) -> str:
        """IP address of the client."""
        client = self._scope.get("client")
        return client[0] if client else "127.0.0.1"

    def header(self, name: str) -> str | None:
        """Return the first value of the header with the lower-case *name*."""
        values = self.headers.get(name)
        return values[0] if values else None
