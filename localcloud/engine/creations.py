"""A journal of the provider's creates and the ids they returned.

When the engine is killed during a create, only the provider knows the id of the created object.
`bulkhead up` reads it here and adopts the object instead of creating it twice.
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
"""Completed creates that are kept; a deployment has a few hundred."""


@dataclass(frozen=True)
class Creation:
    """Result of the last create of a resource."""

    id: str = ""
    """Empty if no object was created."""
    running: bool = False


@dataclass
class Made:
    """Receives the id of the object as soon as there is one."""

    id: str = ""


class Creations:
    """Writes the journal; an environment has one provider process."""

    def __init__(self, layout: Layout) -> None:
        """Open the journal of *layout*, without creates that an earlier process left incomplete."""
        self._path = _path(layout)
        self._lock = threading.Lock()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        ended = [line for line in _lines(layout) if "id" in line]
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text("".join(f"{json.dumps(line)}\n" for line in ended[-KEPT:]))
        unfinished.replace(self._path)

    @contextmanager
    def making(self, urn: str) -> Generator[Made]:
        """Record that *urn* is being created, and afterwards its id."""
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
    """Return the result of the last create of *urn*."""
    creations: dict[str, Creation] = {}
    for line in _lines(layout):
        if line["urn"] == urn:
            creations[line["key"]] = Creation(line.get("id", ""), running="id" not in line)
    return next(reversed(creations.values()), Creation())


def _lines(layout: Layout) -> list[dict[str, Any]]:
    """Return the entries; an incomplete last line, cut off by a kill, is ignored."""
    try:
        text = _path(layout).read_text()
    except FileNotFoundError:
        return []
    whole = text[: text.rfind("\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]


def _path(layout: Layout) -> Path:
    return layout.data / "creations.jsonl"
