"""Paths with parameters, and the order in which a load balancer must try them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.args import InvalidArgError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LITERALS = 8
MAX_PARAMETERS = 4
BAND = 1100  # nine times five bands of this width stay below 50,000, the highest priority
DIGEST_LENGTH = 8
MAX_METHODS = 4  # a rule compares at most five values, one of which is the path
SEGMENT = re.compile(r"[A-Za-z0-9_.~-]+|\{[A-Za-z_]\w*\}")
PLAIN = re.compile(r"/[A-Za-z0-9]+(/\{[A-Za-z_]\w*\})?")


@dataclass(frozen=True, kw_only=True)
class Route:
    """A path of a service, and who may use it."""

    path: str
    """The path; `{name}` stands for one segment of any text."""

    methods: list[str]
    """The HTTP methods it answers."""

    role: str | None = None
    """The role a caller must have; none if the route is public."""

    exemption: str | None = None
    """Why the route is public, for the person who audits it."""

    def __post_init__(self) -> None:
        """Refuse what neither the load balancer nor the API could route."""
        segments(self.path)
        if not 1 <= len(self.methods) <= MAX_METHODS:
            raise InvalidArgError("methods", self.methods, f"name 1 to {MAX_METHODS} methods")
        if self.role is None and not self.exemption:
            want = "name the role that may use the route, or the reason why everyone may"
            raise InvalidArgError("exemption", self.exemption, want)


def segments(path: str) -> list[str]:
    """Return the parts of *path*; refuse a path that cannot be routed."""
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
    """Return *path* as a load balancer's pattern."""
    parts = ["*" if part.startswith("{") else part for part in segments(path)]
    return "/" + "/".join(parts)


def slug(path: str) -> str:
    """Return *path* as a part of a resource's name, which no other path has.

    `orders-id` is the plain path `/orders/{id}`; any other, such as `/orders/id`, has a digest.
    """
    words = "-".join(part.strip("{}").replace("_", "-") for part in segments(path))
    if PLAIN.fullmatch(path):
        return words
    return f"{words}-{hashlib.sha256(path.encode()).hexdigest()[:DIGEST_LENGTH]}"


def key(route: Route) -> str:
    """Return what tells *route* from all others of an environment."""
    return f"{','.join(sorted(route.methods))} {route.path}"


def priorities(routes: Iterable[Route]) -> dict[str, int]:
    """Return the priority of each route by its key: paths with more fixed parts come first.

    A priority depends on its route alone (and on the rare other one that hashes alike), so that a
    new route moves none of the others.
    """
    taken: dict[int, str] = {}
    chosen: dict[str, int] = {}
    for name, route in sorted({key(route): route for route in routes}.items()):
        literals, parameters = _counts(segments(route.path))
        band = (MAX_LITERALS - literals) * (MAX_PARAMETERS + 1) + (MAX_PARAMETERS - parameters)
        offset = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % BAND
        while (priority := 1 + band * BAND + offset) in taken:
            offset = (offset + 1) % BAND
        taken[priority] = name
        chosen[name] = priority
    return chosen
