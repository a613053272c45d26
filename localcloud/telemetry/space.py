"""The part `space`: above the largest size of the file, what is oldest is deleted first.

It follows from the age alone what goes: events of logs, spans, minutes of metrics, histories of
alarms, or scaling activities. Records of delivery streams stay until they are delivered.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext
    from localcloud.telemetry.database import Database

_LOG = logging.getLogger(__name__)

MAX_FILE_BYTES = 512 * 1024 * 1024
EVERY_SECONDS = 10.0
ROWS_AT_ONCE = 5_000
"""Deleted between two looks at the size: some 20 ms."""

SCHEMA = """
create table if not exists space_freed (
    kind text primary key,
    number integer not null
) without rowid;
"""


@dataclass(frozen=True)
class Kind:
    """Rows of one table, by age."""

    name: str
    table: str
    order: str
    """Column, with an index, that grows with time."""
    seconds: str
    """Expression of the time in seconds since the epoch."""


KINDS = (
    Kind("log events", "log_event", "id", "ingested / 1e3"),
    Kind("spans", "span", "start", "start / 1e9"),
    Kind("minutes of metrics", "metric_minute", "minute", "minute"),
    Kind("entries of alarm histories", "alarm_history", "number", "time"),
    Kind("scaling activities", "scaling_activities", "number", "time"),
)


class Space:
    """Keeps the file of the process below a size."""

    def __init__(self, database: Database, max_bytes: int = MAX_FILE_BYTES) -> None:
        """Create the table of what was deleted."""
        self._database, self.max_bytes = database, max_bytes
        database.script(SCHEMA)

    @property
    def freed(self) -> dict[str, int]:
        """How many rows of each kind were ever deleted to make space."""
        rows = self._database.connection.execute("select kind, number from space_freed")
        return dict(rows.fetchall())

    async def keep(self) -> int:
        """Delete what is oldest until the file is small enough; return the number of rows."""
        deleted = 0
        while self._database.size_bytes > self.max_bytes:
            some = self.delete_oldest()
            if not some:
                break
            deleted += some
            await asyncio.sleep(0)
        if deleted:
            _LOG.warning("%s rows were deleted: the file had its largest size", deleted)
        return deleted

    def delete_oldest(self, most: int = ROWS_AT_ONCE) -> int:
        """Delete about *most* rows of the kind with the oldest row; return how many."""
        ages = {kind: age for kind in KINDS if (age := self._oldest(kind)) is not None}
        if not ages:
            return 0
        kind = min(ages, key=lambda one: ages[one])
        rows = f"select {kind.order} from {kind.table} order by {kind.order}"  # noqa: S608 - from KINDS alone
        run = self._database.connection.execute
        deleted = run(
            f"delete from {kind.table} where {kind.order} <= coalesce(({rows} limit 1 offset ?),"  # noqa: S608
            f" (select max({kind.order}) from {kind.table}))",
            (most - 1,),
        ).rowcount
        run(
            "insert into space_freed values (?, ?) on conflict do update set number = number + ?",
            (kind.name, deleted, deleted),
        )
        self._database.flush()
        return deleted

    def _oldest(self, kind: Kind) -> float | None:
        found = self._database.connection.execute(
            f"select {kind.seconds} from {kind.table} order by {kind.order} limit 1"  # noqa: S608 - from KINDS alone
        ).fetchone()
        return None if found is None else float(found[0])


def install(context: TelemetryContext) -> None:
    """Create the table; the others are there."""
    context.space = Space(context.database)


async def run(context: TelemetryContext) -> None:
    """Look at the size until cancelled."""
    context.ready("space")
    while True:
        await context.space.keep()
        await asyncio.sleep(EVERY_SECONDS)
