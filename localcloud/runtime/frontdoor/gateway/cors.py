"""CORS responses of an HTTP API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.frontdoor.asgi import RawHeaders

PREFIX = b"access-control-"


@dataclass(frozen=True)
class CorsConfiguration:
    """The CORS configuration of an HTTP API."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age: int | None = None
    credentials: bool = False

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> CorsConfiguration:
        """Parse a `CorsConfiguration` of the API."""
        return cls(
            origins=tuple(described.get("AllowOrigins") or ()),
            methods=tuple(described.get("AllowMethods") or ()),
            headers=tuple(described.get("AllowHeaders") or ()),
            exposed=tuple(described.get("ExposeHeaders") or ()),
            max_age=described.get("MaxAge"),
            credentials=bool(described.get("AllowCredentials")),
        )

    def response_headers(self, origin: str | None) -> RawHeaders:
        """Return the CORS headers of a response to a request from *origin*."""
        allowed = self._allowed(origin)
        if allowed is None:
            return []
        found = [("access-control-allow-origin", allowed)]
        if self.credentials:
            found.append(("access-control-allow-credentials", "true"))
        if self.exposed:
            found.append(("access-control-expose-headers", ",".join(self.exposed)))
        return _raw(found)

    def preflight_headers(self, origin: str | None) -> RawHeaders:
        """Return the CORS headers of a response to a preflight request from *origin*."""
        found = self.response_headers(origin)
        if not found:
            return []
        more: list[tuple[str, str]] = []
        if self.methods:
            more.append(("access-control-allow-methods", ",".join(self.methods)))
        if self.headers:
            more.append(("access-control-allow-headers", ",".join(self.headers)))
        if self.max_age is not None:
            more.append(("access-control-max-age", str(self.max_age)))
        return found + _raw(more)

    def _allowed(self, origin: str | None) -> str | None:
        if origin is None:
            return None
        if "*" in self.origins:
            return "*"
        for pattern in self.origins:
            scheme, star, rest = pattern.partition("*")
            if origin == pattern or (
                star and not rest and origin.startswith(scheme)  # such as https://*
            ):
                return origin
        return None


def _raw(headers: list[tuple[str, str]]) -> RawHeaders:
    return [(name.encode(), value.encode()) for name, value in headers]
