"""Read log events from the file of the log store, which another process writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING
from urllib.parse import quote

from localcloud.telemetry.insights.rows import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENTS = """
select timestamp, message, stream, ingested, id from log_event
where log_group = ? and timestamp between ? and ? order by timestamp desc, id desc
"""
_STREAMS = "select id, name from log_stream where region = ? and log_group = ?"


@dataclass(frozen=True)
class Source:
    """Events of groups between two instants, both included."""

    database: str
    region: str
    groups: tuple[str, ...]
    start: int
    """Milliseconds since the epoch, as `end`."""
    end: int

    def events(self) -> Iterator[Event]:
        """Return the events, the newest first."""
        with closing(connect(self.database)) as connection:
            each = [self._of_group(connection, group) for group in dict.fromkeys(self.groups)]
            if len(each) == 1:
                yield from each[0]
            else:
                yield from merge(*each, key=lambda one: (one.timestamp, one.id), reverse=True)

    def _of_group(self, connection: sqlite3.Connection, group: str) -> Iterator[Event]:
        streams: dict[int, str] = dict(connection.execute(_STREAMS, (self.region, group)))
        for row in connection.execute(_EVENTS, (group, self.start, self.end)):
            timestamp, message, stream, ingested, number = row
            name = streams.get(stream)
            if name is not None:
                yield Event(timestamp, message, name, group, ingested, number)


def connect(path: str) -> sqlite3.Connection:
    """Open the file at *path* for reading alone."""
    return sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)
