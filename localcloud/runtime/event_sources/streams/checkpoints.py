"""Up to which record each mapping has handled each shard: SQLite, a transaction for each step."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_SCHEMA = """
    create table if not exists mapping (
        uuid text primary key, started real not null
    ) without rowid;
    create table if not exists checkpoint (
        uuid text, shard text, sequence text, finished integer not null default 0,
        primary key (uuid, shard)
    ) without rowid;
"""


@dataclass(frozen=True)
class Checkpoint:
    """What of a shard was handled."""

    sequence: str | None
    """Sequence number of the last record before which every one is handled."""

    finished: bool
    """Whether the shard is closed and every record was handled."""


class Checkpoints:
    """The checkpoints of all mappings of streams."""

    def __init__(self, path: Path) -> None:
        """Open *path*, or create it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_SCHEMA)

    def started(self, uuid: str, now: float) -> float:
        """Return when the mapping was polled first, which is *now* if it never was."""
        with self._connection as connection:
            connection.execute("insert or ignore into mapping values (?, ?)", (uuid, now))
            found = connection.execute("select started from mapping where uuid = ?", (uuid,))
            return float(found.fetchone()[0])

    def of(self, uuid: str) -> dict[str, Checkpoint]:
        """Return the checkpoints of a mapping by shard."""
        rows = self._connection.execute(
            "select shard, sequence, finished from checkpoint where uuid = ?", (uuid,)
        )
        return {shard: Checkpoint(sequence, bool(finished)) for shard, sequence, finished in rows}

    def handled(self, uuid: str, shard: str, sequence: str) -> None:
        """Keep that every record of the shard up to *sequence* is handled."""
        with self._connection as connection:
            connection.execute(
                "insert into checkpoint (uuid, shard, sequence) values (?, ?, ?)"
                " on conflict do update set sequence = excluded.sequence",
                (uuid, shard, sequence),
            )

    def finished(self, uuid: str, shard: str) -> None:
        """Keep that a closed shard was read to its end."""
        with self._connection as connection:
            connection.execute(
                "insert into checkpoint (uuid, shard, finished) values (?, ?, 1)"
                " on conflict do update set finished = 1",
                (uuid, shard),
            )

    def keep(self, uuids: Collection[str]) -> None:
        """Remove the checkpoints of mappings that no longer exist."""
        with self._connection as connection:
            known = {uuid for (uuid,) in connection.execute("select uuid from mapping")}
            for uuid in known.difference(uuids):
                connection.execute("delete from mapping where uuid = ?", (uuid,))
                connection.execute("delete from checkpoint where uuid = ?", (uuid,))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
