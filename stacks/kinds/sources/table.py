"""Changes of a table's items as sources of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.service.sources import TableSource, TableSources
from spec.sources.table import TableSource as TableSourceSpec
from stacks.dead_letters import stream_dead_letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.service import ServiceSpec
    from stacks.context import ServiceContext

KIND = TableSourceSpec.KIND
HOUR = 3600


def translate(
    sources: Mapping[str, TableSourceSpec], spec: ServiceSpec, context: ServiceContext
) -> TableSources:
    """Return the sources of one table, by name."""
    del spec
    return TableSources(
        sources={
            name: TableSource(
                batch_size=source.batch_size,
                window_seconds=source.window_seconds,
                max_attempts=source.max_attempts,
                max_age_seconds=source.max_age_hours * HOUR,
                parallelization=source.parallelization,
                starting_position=source.starting_position.upper().replace("-", "_"),
                pattern=source.filter,
            )
            for name, source in sources.items()
        },
        dead_letters=stream_dead_letters(context.shared, context.platform),
    )
