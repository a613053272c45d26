"""What timers have to remember when their process ends: SQLite, one transaction for each step."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA = """
    create table if not exists schedule (
        key text primary key, version text not null, last text not null
    ) without rowid;
    create table if not exists delivery (
        id text primary key, key text not null, call text not null, due text not null
    ) without rowid;
"""


@dataclass(frozen=True)
class Delivery:
    """A call of a target that failed and is tried again."""

    id: str
    key: str
    """ARN of the schedule."""
    call: dict[str, Any]
    """What is called, and how often and since when it has been tried."""
    due: datetime


class TimerStore:
    """Up to when each schedule has fired, and the deliveries that are still to be made."""

    def __init__(self, path: Path) -> None:
        """Open *path*, or create it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_SCHEMA)

    def last(self, key: str, version: str) -> datetime | None:
        """Return up to when the schedule *key* has fired; None if *version* is new."""
        found = self._connection.execute(
            "select last from schedule where key = ? and version = ?", (key, version)
        ).fetchone()
        return datetime.fromisoformat(found[0]) if found else None

    def fired(self, key: str, version: str, last: datetime) -> None:
        """Keep that the schedule *key* has fired up to *last*."""
        with self._connection as connection:
            connection.execute(
                "insert or replace into schedule values (?, ?, ?)",
                (key, version, last.isoformat()),
            )

    def forget(self, key: str) -> None:
        """Remove a schedule that was deleted, and its deliveries."""
        with self._connection as connection:
            connection.execute("delete from schedule where key = ?", (key,))
            connection.execute("delete from delivery where key = ?", (key,))

    def keys(self) -> set[str]:
        """Return every schedule that is known."""
        return {key for (key,) in self._connection.execute("select key from schedule")}

    def deliveries(self) -> list[Delivery]:
        """Return the deliveries to be made, the earliest first."""
        rows = self._connection.execute("select id, key, call, due from delivery order by due, id")
        return [
            Delivery(id_, key, json.loads(call), datetime.fromisoformat(due))
            for id_, key, call, due in rows
        ]

    def put(self, delivery: Delivery) -> None:
        """Keep a delivery."""
        row = (delivery.id, delivery.key, json.dumps(delivery.call), delivery.due.isoformat())
        with self._connection as connection:
            connection.execute("insert or replace into delivery values (?, ?, ?, ?)", row)

    def done(self, id_: str) -> None:
        """Remove a delivery."""
        with self._connection as connection:
            connection.execute("delete from delivery where id = ?", (id_,))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
