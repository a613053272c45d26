"""Records that are not delivered yet, in the file that outlives a kill."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.telemetry.database import Database

SCHEMA = """
create table if not exists firehose_record (
    id integer primary key autoincrement, region text not null, stream text not null,
    arrived real not null, data blob not null
);
create index if not exists firehose_record_of_stream on firehose_record (region, stream, id);
"""


class Waiting(NamedTuple):
    """What waits for delivery in one delivery stream."""

    region: str
    stream: str
    size: int
    oldest: float
    """When the first of the records arrived."""


class Buffer:
    """The records of all delivery streams."""

    def __init__(self, database: Database) -> None:
        """Create the table if it is missing."""
        self._database = database
        database.script(SCHEMA)
        self._size: int | None = None

    def add(self, region: str, stream: str, records: Sequence[bytes], now: float) -> None:
        """Keep *records*; they are on disk when this returns."""
        self._database.connection.executemany(
            "insert into firehose_record (region, stream, arrived, data) values (?, ?, ?, ?)",
            [(region, stream, now, record) for record in records],
        )
        if self._size is not None:
            self._size += sum(map(len, records))
        self._database.flush()

    def waiting(self) -> list[Waiting]:
        """Return the delivery streams that have records."""
        rows = self._database.connection.execute(
            "select region, stream, sum(length(data)), min(arrived) from firehose_record"
            " group by region, stream"
        )
        return [Waiting(*row) for row in rows]

    @property
    def size(self) -> int:
        """Bytes that wait in all delivery streams."""
        if self._size is None:  # it reads every row
            self._size = sum(one.size for one in self.waiting())
        return self._size

    def first(self, region: str, stream: str, most: int) -> list[tuple[int, bytes, float]]:
        """Return the first records of a stream, of at most *most* bytes, but one at least."""
        found: list[tuple[int, bytes, float]] = []
        size = 0
        for number, data, arrived in self._database.connection.execute(
            "select id, data, arrived from firehose_record where region = ? and stream = ?"
            " order by id",
            (region, stream),
        ):
            size += len(data)
            if found and size > most:
                break
            found.append((number, data, arrived))
        return found

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget records that were delivered."""
        self._size = None
        self._database.connection.executemany(
            "delete from firehose_record where id = ?", [(number,) for number in numbers]
        )
        self._database.flush()

    def forget(self, region: str, stream: str) -> None:
        """Forget the records of a stream that was deleted."""
        self._size = None
        self._database.connection.execute(
            "delete from firehose_record where region = ? and stream = ?", (region, stream)
        )
        self._database.flush()
