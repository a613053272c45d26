"""The services that a part of the system needs to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from spec.catalogue import Catalogue


def closure(catalogue: Catalogue, chosen: Collection[str]) -> dict[str, str]:
    """Return the services that *chosen* need besides themselves, each with the reason.

    These are the consumers of the events that a chosen service publishes, the publishers of those
    that it consumes, and whatever any of all these calls. Events of services that are only added
    do not add others.
    """
    added: dict[str, str] = {}
    for name in chosen:
        for other, reason in _event_partners(catalogue, name):
            added.setdefault(other, reason)
    waiting = [*chosen, *added]
    while waiting:
        name = waiting.pop(0)
        for callee in catalogue.services[name].calls:
            if callee not in added and callee not in chosen:
                added[callee] = f"{name} calls it"
                waiting.append(callee)
    return {name: reason for name, reason in added.items() if name not in chosen}


def _event_partners(catalogue: Catalogue, name: str) -> Iterator[tuple[str, str]]:
    """Yield the services that exchange events with *name*, each with the reason."""
    spec = catalogue.services[name]
    for event in spec.publishes:
        for other in catalogue.services.values():
            if event in other.consumes:
                yield other.name, f"it consumes {event}, which {name} publishes"
    for event in spec.consumes:
        yield catalogue.publisher(event).name, f"it publishes {event}, which {name} consumes"
    for other in catalogue.services.values():
        for queue in (one for one, about in other.queues.items() if name in about.senders):
            yield other.name, f"it reads {queue}, which {name} sends to"
