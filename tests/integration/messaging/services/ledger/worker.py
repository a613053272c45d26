"""Counts the effects of events and notes files: `python -m kit.consumer worker:HANDLERS`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from kit import changes, database, inbox

if TYPE_CHECKING:
    from kit.changes import ObjectChange
    from kit.events import Event

ADD = """
INSERT INTO counts (event, effects) VALUES (%s, 1)
ON CONFLICT (event) DO UPDATE SET effects = counts.effects + 1
"""

NOTE = "INSERT INTO counts (event, effects) VALUES (%s, 1) ON CONFLICT (event) DO NOTHING"


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


async def note(change: ObjectChange) -> None:
    """Note the key of an object; an empty one is refused."""
    if not change.size:
        raise changes.InvalidObjectError(f"{change.key} is empty")
    await counts().open()
    async with counts().connection() as connection:
        await connection.execute(NOTE, [change.key])


HANDLERS = {"on-topic": count, "on-bus": count, "arrivals": note}
