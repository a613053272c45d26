"""The stored log events: appended in batches, found by group, stream, time and ids."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.logs.events import (
    EVENT_OVERHEAD_BYTES,
    LogBatch,
    LogQuery,
    StoredEvent,
    labels_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from localcloud.telemetry.database import Database
    from localcloud.telemetry.logs.events import LogEvent

_LOG = logging.getLogger(__name__)

SCHEMA = """
create table if not exists log_stream (
    id integer primary key, account text not null, region text not null, log_group text not null,
    name text not null, last_timestamp integer, last_ingested integer,
    batch text not null default '', unique (account, region, log_group, name)
);
create table if not exists log_event (
    id integer primary key autoincrement, log_group text not null, stream integer not null,
    timestamp integer not null, ingested integer not null, message text not null,
    level text, correlation_id text, trace_id text
);
create index if not exists log_event_of_group on log_event (log_group, timestamp);
create index if not exists log_event_of_stream on log_event (stream, timestamp);
create index if not exists log_event_of_correlation on log_event (correlation_id)
    where correlation_id is not null;
create index if not exists log_event_of_trace on log_event (trace_id) where trace_id is not null;
create table if not exists log_total (name text primary key, value integer not null) without rowid;
"""
SELECT = """
select e.id, s.region, s.log_group, s.name, e.timestamp, e.ingested, e.message, e.level,
    e.correlation_id, e.trace_id
from log_event e join log_stream s on s.id = e.stream
"""

StreamKey = tuple[str, str, str]
"""Region, log group and log stream."""


class LogStore:
    """The log events of the local cloud; only the event loop's thread uses it."""

    def __init__(self, database: Database) -> None:
        """Create the tables in *database* that are missing."""
        self._database = database
        database.script(SCHEMA)
        self.listeners: list[Callable[[LogBatch], None]] = []
        """Called with each batch after it was stored; must not block."""
        self.changed: set[StreamKey] = set()
        """Streams whose times changed since the last report."""
        self._streams: dict[tuple[str, StreamKey], int] = {}
        [last] = self._execute(
            "select max(coalesce((select max(id) from log_event), 0),"
            " coalesce((select seq from sqlite_sequence where name = 'log_event'), 0))"
        ).fetchone()
        self._ids = count(last + 1)

    def append(  # noqa: PLR0913 - where to, what, and which batch
        self,
        account: str,
        region: str,
        group: str,
        stream: str,
        events: Iterable[LogEvent],
        *,
        batch: str = "",
        told: bool = True,
    ) -> Sequence[StoredEvent]:
        """Store *events* and tell the listeners.

        A sender that repeats its last *batch*, because the answer was lost, adds nothing. If they
        are not to be *told*, the listeners do not learn of the events.
        """
        key = (region, group, stream)
        number = self._stream(account, key)
        if batch:
            [last] = self._execute("select batch from log_stream where id = ?", number).fetchone()
            if last == batch:
                return ()
        stored = [
            StoredEvent(
                next(self._ids), region, group, stream, one.timestamp, one.ingested, one.message,
                *labels_of(one.message),
            )
            for one in events
        ]  # fmt: skip
        if not stored:
            return ()
        self._database.connection.executemany(
            "insert into log_event values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (e.id, group, number, e.timestamp, e.ingested, e.message, *e[-3:])
                for e in stored
            ),
        )  # fmt: skip
        self._execute(
            "update log_stream set last_timestamp = max(coalesce(last_timestamp, 0), ?),"
            " last_ingested = ?, batch = case ? when '' then batch else ? end where id = ?",
            max(e.timestamp for e in stored), stored[-1].ingested, batch, batch, number,
        )  # fmt: skip
        self._database.changed()
        self.changed.add(key)
        if told:
            self._tell(LogBatch(account, region, group, stream, stored))
        return stored

    def search(self, query: LogQuery) -> list[StoredEvent]:
        """Return the events that *query* asks for, in the order of time."""
        where, values = _conditions(query)
        order = "desc" if query.newest_first else "asc"
        rows = self._execute(
            f"{SELECT} where {where} order by e.timestamp {order}, e.id {order} limit ?",
            *values, query.limit,
        )  # fmt: skip
        return [StoredEvent(*row) for row in rows]

    def after(self, region: str, group: str, last: int, limit: int) -> list[StoredEvent]:
        """Return events of *group* in the order of arrival, beginning after the id *last*."""
        rows = self._execute(
            f"{SELECT} where e.id > ? and e.log_group = ? and s.region = ? order by e.id limit ?",
            last, group, region, limit,
        )  # fmt: skip
        return [StoredEvent(*row) for row in rows]

    @property
    def last_id(self) -> int:
        """The id of the latest event; 0 without events."""
        return self._execute("select coalesce(max(id), 0) from log_event").fetchone()[0]

    def streams(self) -> list[StreamKey]:
        """Return the streams that have or had events."""
        return self._execute("select region, log_group, name from log_stream").fetchall()

    def times(self, key: StreamKey) -> tuple[int, int, int] | None:
        """Return the first and last timestamp, and the last time of ingestion, of a stream."""
        row = self._execute(
            "select (select min(timestamp) from log_event where stream = s.id), last_timestamp,"
            " last_ingested from log_stream s where region = ? and log_group = ? and name = ?",
            *key,
        ).fetchone()
        return row if row and row[0] is not None else None

    def stored_bytes(self, region: str, group: str) -> int:
        """Return what CloudWatch Logs would count as stored in *group*."""
        return self._execute(
            "select coalesce(sum(length(cast(message as blob)) + ?), 0) from log_event e"
            " join log_stream s on s.id = e.stream where e.log_group = ? and s.region = ?",
            EVENT_OVERHEAD_BYTES, group, region,
        ).fetchone()[0]  # fmt: skip

    def forget_stream(self, key: StreamKey, ingested_before: int | None = None) -> int:
        """Delete the events of a stream, all or the earlier ones; return how many."""
        found = self._execute(
            "select id from log_stream where region = ? and log_group = ? and name = ?", *key
        ).fetchone()
        if found is None:
            return 0
        until = 1 << 62 if ingested_before is None else ingested_before
        deleted = self._execute(
            "delete from log_event where stream = ? and ingested < ?", found[0], until
        ).rowcount
        if ingested_before is None:
            self._execute("delete from log_stream where id = ?", found[0])
            self._streams.clear()
        if deleted:
            self.changed.add(key)
        self._database.changed()
        return deleted

    def forget_before(self, region: str, group: str, timestamp: int) -> int:
        """Delete the events of *group* that are earlier than *timestamp*; return how many."""
        deleted = self._execute(
            "delete from log_event where log_group = ? and timestamp < ?"
            " and stream in (select id from log_stream where region = ? and log_group = ?)",
            group, timestamp, region, group,
        ).rowcount  # fmt: skip
        if deleted:
            self._database.changed()
            self.changed.update(key for key in self.streams() if key[:2] == (region, group))
        return deleted

    def count(self, name: str, value: int) -> None:
        """Add to a total that lasts."""
        self._execute(
            "insert into log_total values (?, ?) on conflict do update set value = value + ?",
            name, value, value,
        )  # fmt: skip
        self._database.changed()

    def totals(self) -> dict[str, int]:
        """Return the totals by name."""
        return dict(self._execute("select name, value from log_total").fetchall())

    def _stream(self, account: str, key: StreamKey) -> int:
        found = self._streams.get((account, key))
        if found is None:
            self._execute(
                "insert or ignore into log_stream (account, region, log_group, name)"
                " values (?, ?, ?, ?)",
                account, *key,
            )  # fmt: skip
            [found] = self._execute(
                "select id from log_stream"
                " where account = ? and region = ? and log_group = ? and name = ?",
                account, *key,
            ).fetchone()  # fmt: skip
            self._streams[account, key] = found
        return found

    def _tell(self, batch: LogBatch) -> None:
        for listener in self.listeners:
            try:
                listener(batch)
            except Exception:  # noqa: BLE001 - one reader must not keep events from the others
                _LOG.exception("events of %s could not be read", batch.group)

    def _execute(self, statement: str, *values: Any) -> Any:
        return self._database.connection.execute(statement, values)


def _conditions(query: LogQuery) -> tuple[str, list[Any]]:
    """Return the SQL conditions of *query* and their values."""
    prefix = query.stream_prefix
    escaped = query.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    single: list[tuple[Any, str]] = [
        (query.region, "s.region = ?"),
        (query.start, "e.timestamp >= ?"),
        (query.end, "e.timestamp <= ?"),
        (query.text and f"%{escaped}%", "e.message like ? escape '\\'"),
        (query.level.upper(), "e.level = ?"),
        (query.correlation_id, "e.correlation_id = ?"),
        (query.trace_id, "e.trace_id = ?"),
    ]
    several: list[tuple[Sequence[Any], str]] = [
        (query.groups, f"e.log_group in ({', '.join('?' * len(query.groups))})"),
        (query.streams, f"s.name in ({', '.join('?' * len(query.streams))})"),
        ((len(prefix), prefix) if prefix else (), "substr(s.name, 1, ?) = ?"),
        (query.after or (), "(e.timestamp, e.id) > (?, ?)"),
        (query.before or (), "(e.timestamp, e.id) < (?, ?)"),
    ]
    found = [(text, [value]) for value, text in single if value not in (None, "")]
    found += [(text, list(values)) for values, text in several if values]
    return (
        " and ".join(["1", *(condition for condition, _ in found)]),
        [value for _, values in found for value in values],
    )
