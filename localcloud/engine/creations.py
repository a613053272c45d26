"""A journal of the provider's creates and the ids they returned.

When the engine is killed during a create, only the provider knows the id of the created object.
The state service reads it here and adopts the object, instead of letting it be created twice
(`localcloud.backend.recovery`).
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
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


class Creations:
    """Writes the journal; an environment has one provider process."""

    def __init__(self, layout: Layout) -> None:
        """Open the journal of *layout*, without creates that an earlier process left incomplete."""
        self._path = _path(layout)
        self._lock = threading.Lock()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        ended = [{**line, "running": False} for line in _lines(layout) if "id" in line]
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text("".join(f"{json.dumps(line)}\n" for line in ended[-KEPT:]))
        unfinished.replace(self._path)
        self._created = Counter((line["urn"], line["id"]) for line in ended if line["id"])

    def is_repeated(self, urn: str, id_: str) -> bool:
        """Say whether creates of *urn* returned *id_* more than once since it was deleted.

        CreateQueue and CreateTopic return an object that exists already.
        """
        return self._created[urn, id_] > 1

    def deleted(self, urn: str, id_: str) -> None:
        """Record that the object was deleted."""
        self._created.pop((urn, id_), None)

    @contextmanager
    def making(self, urn: str) -> Generator[Callable[[str], None]]:
        """Record that *urn* is being created; the block calls the result with the object's id."""
        line = {"key": uuid.uuid4().hex, "urn": urn, "at": time.time()}
        made = {"id": ""}

        def created(id_: str) -> None:
            made["id"] = id_
            self._created[urn, id_] += 1
            self._append({**line, **made, "running": True})

        self._append(line)
        try:
            yield created
        finally:
            self._append({**line, **made})

    def _append(self, line: dict[str, Any]) -> None:
        with self._lock, self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")


def look_up(layout: Layout, urn: str, since: float = 0.0) -> Creation:
    """Return the result of the last create of *urn* that began after *since*, an epoch time."""
    creations: dict[str, Creation] = {}
    for line in _lines(layout):
        if line["urn"] == urn and line.get("at", since) >= since:
            running = "id" not in line or line.get("running", False)
            creations[line["key"]] = Creation(line.get("id", ""), running=running)
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
