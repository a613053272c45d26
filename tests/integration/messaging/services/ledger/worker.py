"""Counts how often each event has had its effect: `python -m kit.consumer worker:count`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from kit import database, inbox

if TYPE_CHECKING:
    from kit.events import Event

ADD = """
INSERT INTO counts (event, effects) VALUES (%s, 1)
ON CONFLICT (event) DO UPDATE SET effects = counts.effects + 1
"""


@functools.cache
def counts() -> database.Pool:
    """Return the connections; one pool for all events."""
    return database.pool(database.Database.from_environment("totals"))


async def count(event: Event) -> None:
    """Add one to the number of effects of the event's type and number."""
    await counts().open()
    async with counts().connection() as connection, inbox.once(connection, event) as new:
        if new:
            await connection.execute(ADD, [f"{event.type}/{event.data['number']}"])
