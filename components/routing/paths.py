"""Paths with parameters, and the priorities of their listener rules."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.args import InvalidArgError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MAX_LITERALS = 8
MAX_PARAMETERS = 4
MAX_PRIORITY = 50_000  # maximum of a listener rule
BAND = 1100  # 45 bands of this width stay below 50,000, the highest priority
DIGEST_LENGTH = 8
MAX_METHODS = 4  # a rule has at most five condition values, one of which is the path
SEGMENT = re.compile(r"[A-Za-z0-9_.~-]+|\{[A-Za-z_]\w*\}")
SERVICE = "service"
"""The role of a route for services."""
PLAIN = re.compile(r"/[A-Za-z0-9]+(/\{[A-Za-z_]\w*\})?")


@dataclass(frozen=True, kw_only=True)
class Route:
    """A route of a service and the role it requires."""

    path: str
    """Path; `{name}` matches one segment."""

    methods: list[str]
    """HTTP methods."""

    role: str | None = None
    """Role that a caller must have, or `service` for services that call; None: public."""

    exemption: str | None = None
    """Reason why the route is public, for audits."""

    def __post_init__(self) -> None:
        """Reject routes that neither the load balancer nor the HTTP API supports."""
        segments(self.path)
        if not 1 <= len(self.methods) <= MAX_METHODS:
            raise InvalidArgError("methods", self.methods, f"name 1 to {MAX_METHODS} methods")
        if self.role is None and not self.exemption:
            want = "name the role that may use the route, or the reason why everyone may"
            raise InvalidArgError("exemption", self.exemption, want)


def segments(path: str) -> list[str]:
    """Return the segments of *path*; raises InvalidArgError."""
    parts = path.removeprefix("/").split("/")
    if not path.startswith("/") or not all(SEGMENT.fullmatch(part) for part in parts):
        raise InvalidArgError("path", path, "use a path such as /orders or /orders/{id}")
    literals, parameters = _counts(parts)
    if literals > MAX_LITERALS or parameters > MAX_PARAMETERS:
        want = f"use at most {MAX_LITERALS} fixed parts and {MAX_PARAMETERS} parameters"
        raise InvalidArgError("path", path, want)
    return parts


def _counts(parts: list[str]) -> tuple[int, int]:
    parameters = sum(part.startswith("{") for part in parts)
    return len(parts) - parameters, parameters


def pattern(path: str) -> str:
    """Return *path* as a path pattern of a listener rule."""
    parts = ["*" if part.startswith("{") else part for part in segments(path)]
    return "/" + "/".join(parts)


def slug(path: str) -> str:
    """Return *path* as a unique part of a resource name.

    `/orders/{id}` becomes `orders-id`; less common forms, such as `/orders/id`, get a digest.
    """
    words = "-".join(part.strip("{}").replace("_", "-") for part in segments(path))
    if PLAIN.fullmatch(path):
        return words
    return f"{words}-{hashlib.sha256(path.encode()).hexdigest()[:DIGEST_LENGTH]}"


def key(route: Route) -> str:
    """Return the key of *route*, unique in an environment."""
    return f"{','.join(sorted(route.methods))} {route.path}"


def priorities(routes: Iterable[Route]) -> dict[str, int]:
    """Return the priority of each route by its key: more literal segments come first.

    A priority depends only on its route (except for hash collisions), so that a new route
    changes no other.
    """
    chosen: dict[str, int] = {}
    for name, route in sorted({key(route): route for route in routes}.items()):
        literals, parameters = _counts(segments(route.path))
        band = (MAX_LITERALS - literals) * (MAX_PARAMETERS + 1) + (MAX_PARAMETERS - parameters)
        chosen[name] = 1 + band * BAND + _offset(name, BAND, 1 + band * BAND, chosen.values())
    return chosen


def host_priorities(services: Iterable[str]) -> dict[str, int]:
    """Return the priority of the listener rule for each service's host name, by service.

    The rules exclude each other, so that their order has no effect.
    """
    chosen: dict[str, int] = {}
    for name in sorted(services):
        chosen[name] = 1 + _offset(name, MAX_PRIORITY, 1, chosen.values())
    return chosen


def _offset(name: str, width: int, start: int, taken: Collection[int]) -> int:
    """Return the hash of *name*, or the next number for which *start* plus it is not taken."""
    offset = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % width
    while start + offset in taken:
        offset = (offset + 1) % width
    return offset
