"""The lines of a program that register resources, as a state and a preview record them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from policy.engine.values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGES = {"site-packages", "dist-packages", "node_modules", "vendor"}
"""Folders of installed packages, whose lines the owner of a program cannot change."""


class Position(NamedTuple):
    """A line of a program."""

    file: str
    """The path from the folder with `Pulumi.yaml`."""
    line: int


def position(state: dict[str, Any]) -> Position | None:
    """Return where the program registers the resource in *state*.

    A resource that a package registers has the line of the project's own code that called it.
    """
    found = [one for one in map(_parsed, _frames(state)) if one is not None]
    inside = [one for one in found if not one.file.startswith("../")]
    return next(iter(inside or found), None)


def _frames(state: dict[str, Any]) -> Iterator[Any]:
    yield state.get("sourcePosition")
    trace = state.get("stackTrace")
    for frame in trace if is_array(trace) else ():
        yield frame.get("sourcePosition") if is_object(frame) else None


def _parsed(uri: Any) -> Position | None:
    """Return the position in *uri*, such as `project:///stacks/edge.py#12,5`."""
    if not isinstance(uri, str):
        return None
    try:
        scheme, _, path, _, fragment = urlsplit(uri)
        line = int(fragment.partition(",")[0])
    except ValueError:
        return None
    file = unquote(path).removeprefix("/")
    if scheme != "project" or not file or _PACKAGES.intersection(PurePosixPath(file).parts):
        return None
    return Position(file, line) if line > 0 else None
