"""Every event of a catalogue: owner, versions, channel and readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec.events import released
from spec.events.files import versions

if TYPE_CHECKING:
    from pathlib import Path

    from spec.catalogue import Catalogue


@dataclass(frozen=True)
class EventSummary:
    """An event."""

    event: str
    owner: str
    """The service that publishes it."""
    channels: list[str]
    versions: list[int]
    """Versions that have a schema."""
    released: list[int]
    """Those that may no longer change, except for optional fields."""
    readers: dict[str, int]
    """Version that each consumer reads."""


def summaries(catalogue: Catalogue, services: Path) -> list[EventSummary]:
    """Return the events of *catalogue* in alphabetical order."""
    found: list[EventSummary] = []
    for spec in catalogue.services.values():
        known = released.read(services, spec.name)
        found += [
            EventSummary(
                event=event,
                owner=spec.name,
                channels=[channel.KIND for channel in publication.channel],
                versions=list(versions(services, spec.name, event)),
                released=sorted(known.get(event, {})),
                readers={
                    other.name: other.consumes[event].version
                    for other in catalogue.services.values()
                    if event in other.consumes
                },
            )
            for event, publication in spec.publishes.items()
        ]
    return sorted(found, key=lambda one: one.event)
