"""Event source mappings: brings messages of queues to functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.runtime.event_sources.pollers import follow_mappings

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext


async def run(context: WorkerContext) -> None:
    """Keep one poller for each enabled mapping until cancelled."""
    await follow_mappings(context)
