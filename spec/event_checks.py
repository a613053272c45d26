"""Checks of events across the descriptions of all services."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spec.catalogue import Catalogue
    from spec.consumers import Consumer
    from spec.faults import Fault
    from spec.publications import Publication
    from spec.source import Source


def _one_publisher_for_each_event(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    publishers: dict[str, str] = {}
    for spec in catalogue.services.values():
        for event in spec.publishes:
            first = publishers.setdefault(event, spec.name)
            if first != spec.name:
                yield source.fault(
                    spec,
                    ["publishes", event],
                    f"the event {event!r}, which {first} publishes",
                    "write an event of its own: an event has one publisher",
                )


def _published_on_the_consumers_channel(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    published = {
        event: publication
        for spec in catalogue.services.values()
        for event, publication in spec.publishes.items()
    }
    for spec in catalogue.services.values():
        for event, consumer in spec.consumes.items():
            if event in published:
                for found, write in _misfits(event, published[event], consumer):
                    yield source.fault(spec, ["consumes", event], found, write)
            else:
                known = ", ".join(sorted(published)) or "none"
                yield source.fault(
                    spec,
                    ["consumes", event],
                    f"the event {event!r}, which no service publishes",
                    f"add it to a service's publishes, or write one of: {known}",
                )


def _misfits(event: str, publication: Publication, consumer: Consumer) -> Iterator[tuple[str, str]]:
    """Yield what *consumer* has that the channel of the event does not support."""
    channel = publication.chosen(consumer.channel)
    if channel is None:
        kinds = ", ".join(each.KIND for each in publication.channel)
        yield f"the channel {consumer.channel}, which {event} is not on", f"write one of: {kinds}"
        return
    for problem in channel.unsupported(consumer):
        yield f"a consumer of {event}, which is on a {channel.KIND}", problem


def _known_senders(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        for name, queue in spec.queues.items():
            for index, sender in enumerate(queue.senders):
                if sender not in catalogue.services:
                    yield source.fault(
                        spec,
                        ["queues", name, "senders", index],
                        f"the unknown service {sender!r}",
                        f"write one of: {', '.join(catalogue.services)}",
                    )


def _one_owner_for_each_queue(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    """Yield the queues whose name another queue or an event has: variables begin with it."""
    taken = {
        event: f"the event that {spec.name} publishes"
        for spec in catalogue.services.values()
        for event in spec.publishes
    }
    for spec in catalogue.services.values():
        for name in spec.queues:
            if name in taken:
                yield source.fault(
                    spec,
                    ["queues", name],
                    f"the queue {name!r}, which is also {taken[name]}",
                    "write a name of its own",
                )
            taken.setdefault(name, f"the queue that {spec.name} reads")


CHECKS: tuple[Callable[[Catalogue, Source], Iterator[Fault]], ...] = (
    _one_publisher_for_each_event,
    _published_on_the_consumers_channel,
    _known_senders,
    _one_owner_for_each_queue,
)
