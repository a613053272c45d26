"""The queue of asynchronous invocations, in SQLite."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from localcloud.runtime.functions.invocation import Invocation

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    request_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    qualifier TEXT,
    payload BLOB NOT NULL,
    client_context TEXT,
    trace_id TEXT NOT NULL,
    accepted REAL NOT NULL,
    due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    delays INTEGER NOT NULL DEFAULT 0,
    deliveries TEXT,
    taken INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS event_due ON event (taken, due);
"""
COLUMNS = (
    "request_id, name, qualifier, payload, client_context, trace_id, accepted, due, attempts, "
    "delays, deliveries"
)


class Event(NamedTuple):
    """One asynchronous invocation and its progress."""

    request_id: str
    name: str
    qualifier: str | None
    payload: bytes
    client_context: str | None
    trace_id: str
    accepted: float
    due: float
    attempts: int
    """Failed attempts."""
    delays: int
    """Throttled or undelivered attempts since the last progress."""
    deliveries: str | None
    """JSON of the messages still to be sent to destinations."""

    @property
    def invocation(self) -> Invocation:
        """The invocation; its request id is the same for all attempts."""
        return Invocation(
            payload=self.payload,
            request_id=self.request_id,
            client_context=self.client_context,
            trace_id=self.trace_id,
        )


class EventQueue:
    """A SQLite table: accepted events survive a kill of the process."""

    def __init__(self, path: Path) -> None:
        """Open or create the table; events in progress at the last exit are due again."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        # Writes survive a killed process; only a crash of the machine may lose the latest.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(SCHEMA)
        self._database.execute("UPDATE event SET taken = 0")

    def add(self, name: str, qualifier: str | None, invocation: Invocation, now: float) -> None:
        """Store one event durably."""
        self._database.execute(
            "INSERT INTO event (request_id, name, qualifier, payload, client_context, trace_id,"
            " accepted, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                invocation.request_id,
                name,
                qualifier,
                invocation.payload,
                invocation.client_context,
                invocation.trace_id,
                now,
                now,
            ),
        )

    def take(self, now: float, busy: Collection[str]) -> Event | None:
        """Take the event that has been due longest, except those of functions in *busy*."""
        marks = ", ".join("?" * len(busy))
        row = self._database.execute(
            f"SELECT {COLUMNS} FROM event WHERE taken = 0 AND due <= ?"  # noqa: S608 - marks only
            f" AND name NOT IN ({marks}) ORDER BY due LIMIT 1",
            (now, *busy),
        ).fetchone()
        if row is None:
            return None
        self._database.execute("UPDATE event SET taken = 1 WHERE request_id = ?", row[:1])
        return Event(*row)

    def next_due(self, busy: Collection[str]) -> float | None:
        """Return the time of the next due event."""
        marks = ", ".join("?" * len(busy))
        row = self._database.execute(
            f"SELECT MIN(due) FROM event WHERE taken = 0 AND name NOT IN ({marks})",  # noqa: S608
            tuple(busy),
        ).fetchone()
        return row[0]

    def put_back(
        self, event: Event, due: float, *, attempts: int, delays: int, deliveries: str | None = None
    ) -> None:
        """Return the event to the queue; it is due at *due*."""
        self._database.execute(
            "UPDATE event SET taken = 0, due = ?, attempts = ?, delays = ?, deliveries = ?"
            " WHERE request_id = ?",
            (due, attempts, delays, deliveries, event.request_id),
        )

    def remove(self, event: Event) -> None:
        """Delete a finished event."""
        self._database.execute("DELETE FROM event WHERE request_id = ?", (event.request_id,))

    def __len__(self) -> int:
        """Return the number of unfinished events."""
        return self._database.execute("SELECT COUNT(*) FROM event").fetchone()[0]

    def close(self) -> None:
        """Close the table."""
        self._database.close()
