"""Checks of the sources of each service: its stores, and what else invokes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spec.catalogue import Catalogue
    from spec.faults import Fault
    from spec.model import SourceSpec
    from spec.service import ServiceSpec
    from spec.source import Source


def _of_own_stores(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        for name, each in spec.sources.items():
            where = ["sources", name, each.KIND]
            for found, write in _misfits(spec, each):
                yield source.fault(spec, where, found, write)


def _misfits(spec: ServiceSpec, source: SourceSpec) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the store of *source*, and what to write."""
    kinds = " or ".join(source.STORE_KINDS)
    fitting = [name for name, store in spec.stores.items() if store.KIND in source.STORE_KINDS]
    write = f"write one of: {', '.join(fitting)}" if fitting else f"add a store of kind {kinds}"
    store = spec.stores.get(source.store)
    if store is None:
        yield f"the store {source.store!r}, which this service does not have", write
    elif store.KIND not in source.STORE_KINDS:
        yield f"the store {source.store!r}, which is of kind {store.KIND}", write
    else:
        for problem in source.problems(store):
            yield f"the store {source.store!r}", problem


def _without_conflicts(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        earlier: dict[tuple[str, str], dict[str, SourceSpec]] = {}
        for name, each in spec.sources.items():
            others = earlier.setdefault((each.KIND, each.store), {})
            for problem in each.conflicts(others):
                yield source.fault(spec, ["sources", name], "an overlap", problem)
            others[name] = each


def _names_of_their_own(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    """Resources of sources, events and queues are named alike, and so are their variables."""
    for spec in catalogue.services.values():
        clashes = spec.sources.keys() & {*spec.consumes, *spec.queues}
        for name in [each for each in clashes if not spec.sources[each].VARIABLES]:
            found = f"the name {name!r}, which this service has under consumes or queues"
            yield source.fault(spec, ["sources", name], found, "write another name")


CHECKS: tuple[Callable[[Catalogue, Source], Iterator[Fault]], ...] = (
    _of_own_stores,
    _without_conflicts,
    _names_of_their_own,
)
