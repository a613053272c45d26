"""Route selection of an HTTP API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")

DEFAULT = "$default"
_KEY = re.compile(r"(ANY|[A-Z]+) (/\S*)")
_VARIABLE = re.compile(r"\{([A-Za-z0-9._:-]+)(\+?)\}")
_STATIC, _NAMED, _GREEDY = 0, 1, 2


def parsed_key(key: str) -> str:
    """Return *key* if it is a valid route key; raises ValueError."""
    if key != DEFAULT and not _KEY.fullmatch(key):
        raise ValueError(
            f"'{key}' is not a route key: write 'METHOD /path', 'ANY /path' or $default"
        )
    return key


@dataclass(frozen=True)
class _Entry(Generic[T]):
    method: str
    segments: tuple[tuple[int, str], ...]
    route: T

    def rank(self) -> tuple[object, ...]:
        """Sort key: most specific routes first, greedy ones last."""
        kinds = [kind for kind, _ in self.segments]
        return _GREEDY in kinds, kinds, self.method == "ANY", -len(kinds)


class RouteTable(Generic[T]):
    """Selects the most specific route of a request."""

    def __init__(self, routes: Iterable[tuple[str, T]]) -> None:
        """Sort *routes*, pairs of route key and value."""
        self._default: T | None = None
        entries: list[_Entry[T]] = []
        for key, route in routes:
            if key == DEFAULT:
                self._default = route
                continue
            method, _, path = key.partition(" ")
            entries.append(_Entry(method, tuple(map(_segment, _split(path))), route))
        self._entries = sorted(entries, key=_Entry.rank)

    def find(self, method: str, path: str) -> tuple[T, dict[str, str]] | None:
        """Return the route for *method* and *path*, and the path parameters; None without match."""
        parts = _split(path)
        for entry in self._entries:
            if entry.method in {method, "ANY"}:
                variables = _match(entry.segments, parts)
                if variables is not None:
                    return entry.route, variables
        return (self._default, {}) if self._default is not None else None


def _split(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _segment(text: str) -> tuple[int, str]:
    variable = _VARIABLE.fullmatch(text)
    if variable is None:
        return _STATIC, text
    return (_GREEDY if variable[2] else _NAMED), variable[1]


def _match(segments: tuple[tuple[int, str], ...], parts: list[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for index, (kind, text) in enumerate(segments):
        if kind == _GREEDY:
            rest = parts[index:]
            if not any(rest):
                return None
            found[text] = unquote("/".join(rest))
            return found
        if index >= len(parts):
            return None
        if kind == _NAMED and parts[index]:
            found[text] = unquote(parts[index])
        elif kind == _NAMED or unquote(parts[index]) != text:
            return None
    return found if len(parts) == len(segments) else None


def stage_and_path(stages: Mapping[str, object], path: str) -> tuple[str, str] | None:
    """Return the stage of *path* and the path without it.

    A stage other than `$default` is the first segment of the path.
    """
    first, _, rest = path.removeprefix("/").partition("/")
    if first in stages and first != DEFAULT:
        return first, f"/{rest}"
    return (DEFAULT, path) if DEFAULT in stages else None
