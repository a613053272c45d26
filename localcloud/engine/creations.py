"""A journal of what the provider was asked to create, and what came of it.

When the engine is killed while it waits for a create, only the provider knows the id of what was
made. `bulkhead up` reads it here, so that the object is taken into the state and not made twice.
"""

from __future__ import annotations

import json
import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from localcloud.layout import Layout

KEPT = 5_000
"""Ended creates that are remembered; a run has a few hundred."""


@dataclass(frozen=True)
class Creation:
    """What became of the last create of one resource."""

    id: str = ""
    """Empty where nothing was made."""
    running: bool = False


@dataclass
class Made:
    """Takes the id of what is being made, as soon as there is one."""

    id: str = ""


class Creations:
    """Writes the journal; the one provider process of an environment does."""

    def __init__(self, layout: Layout) -> None:
        """Go on with the journal of *layout*; what an earlier process did not end never will."""
        self._path = _path(layout)
        self._lock = threading.Lock()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        ended = [line for line in _lines(layout) if "id" in line]
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text("".join(f"{json.dumps(line)}\n" for line in ended[-KEPT:]))
        unfinished.replace(self._path)

    @contextmanager
    def making(self, urn: str) -> Generator[Made]:
        """Note that an object for *urn* is being made, and afterwards its id."""
        key = uuid.uuid4().hex
        self._append({"key": key, "urn": urn})
        made = Made()
        try:
            yield made
        finally:
            self._append({"key": key, "urn": urn, "id": made.id})

    def _append(self, line: dict[str, Any]) -> None:
        with self._lock, self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")


def look_up(layout: Layout, urn: str) -> Creation:
    """Return what became of the last create of *urn*."""
    creations: dict[str, Creation] = {}
    for line in _lines(layout):
        if line["urn"] == urn:
            creations[line["key"]] = Creation(line.get("id", ""), running="id" not in line)
    return next(reversed(creations.values()), Creation())


def _lines(layout: Layout) -> list[dict[str, Any]]:
    """Return what is in the journal; a last line that a kill cut off does not count."""
    try:
        text = _path(layout).read_text()
    except FileNotFoundError:
        return []
    whole = text[: text.rfind("\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]


def _path(layout: Layout) -> Path:
    return layout.data / "creations.jsonl"
