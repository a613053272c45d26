"""The sources of a service, by the store whose changes they deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.kinds.registry import translation

if TYPE_CHECKING:
    from components.service.subscriptions import StoreSource
    from spec.model import SourceSpec
    from spec.service import ServiceSpec
    from stacks.context import ServiceContext


def sources(spec: ServiceSpec, context: ServiceContext) -> dict[str, StoreSource]:
    """Return the sources of each store of *spec* that has any."""
    grouped: dict[tuple[str, str], dict[str, SourceSpec]] = {}
    for name, source in spec.sources.items():
        grouped.setdefault((source.KIND, source.store), {})[name] = source
    return {
        store: translation("stacks.kinds.sources", kind).translate(each, spec, context)
        for (kind, store), each in grouped.items()
    }
