"""What rules may ask about a request."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.frontdoor.asgi import Scope


class RequestView:
    """One request as rules see it; what no rule asks for is never computed."""

    def __init__(self, scope: Scope) -> None:
        """Look at the request of *scope*."""
        self._scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["raw_path"].decode("latin-1")

    @cached_property
    def headers(self) -> Mapping[str, list[str]]:
        """Every header's values by its name in lower case."""
        found: dict[str, list[str]] = {}
        for name, value in self._scope["headers"]:
            found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        return found

    @cached_property
    def host(self) -> str:
        """The Host header without its port, in lower case."""
        host = self.headers.get("host", [""])[0].lower()
        return host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]

    @cached_property
    def query(self) -> str:
        """The query string as it was sent."""
        return self._scope["query_string"].decode("latin-1")

    @cached_property
    def query_pairs(self) -> list[tuple[str, str]]:
        """The query's keys and values, decoded."""
        return parse_qsl(self.query, keep_blank_values=True)

    @cached_property
    def source_ip(self) -> str:
        """The address of the client's end of the connection."""
        client = self._scope.get("client")
        return client[0] if client else "127.0.0.1"

    def header(self, name: str) -> str | None:
        """Return the first value of the header *name*, given in lower case."""
        values = self.headers.get(name)
        return values[0] if values else None
