"""Where the schemas of events are: `services/<owner>/events/<event>/<version>.json`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from spec.catalogue import Catalogue
    from spec.service import ServiceSpec

DIRECTORY = "events"
CONSUMED = "consumed-events"
"""Folder of an artifact with the schemas of the events that the service consumes."""
VERSION = re.compile(r"[1-9][0-9]{0,5}\.json")


def versions(services: Path, owner: str, event: str) -> dict[int, Path]:
    """Return the schema files of an event of *owner* by version, in order."""
    folder = services / owner / DIRECTORY / event
    found = (file for file in folder.glob("*.json") if VERSION.fullmatch(file.name))
    return dict(sorted((int(file.stem), file) for file in found))


def consumed(
    spec: ServiceSpec, catalogue: Catalogue, services: Path
) -> tuple[tuple[str, Path], ...]:
    """Return the schemas that *spec* reads, by their paths in its artifact."""
    found: list[tuple[str, Path]] = []
    for event, consumer in spec.consumes.items():
        owned = versions(services, catalogue.publisher(event).name, event)
        if file := owned.get(consumer.version):
            found.append((f"{CONSUMED}/{event}/{file.name}", file))
    return tuple(found)
