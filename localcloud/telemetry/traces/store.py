"""The spans, in SQLite: by trace, by service and by time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.traces.graph import Graph
from localcloud.telemetry.traces.span import Kind, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from localcloud.telemetry.database import Database

MAX_SPANS = 250_000
"""Kept; the oldest go first."""
CHECK_EVERY = 2_000
"""Spans between two looks at the number that is kept."""
MAX_GRAPH_SPANS = 50_000
"""The newest of a graph's time."""
_NANOSECONDS = 1_000_000_000

SCHEMA = """
create table if not exists span (
    trace_id text not null, span_id text not null, parent_id text not null,
    service text not null, name text not null, kind integer not null,
    start integer not null, end integer not null,
    failed integer not null, fault integer not null, message text not null, more text not null,
    primary key (trace_id, span_id)
) without rowid;
create index if not exists span_start on span (start);
create index if not exists span_service on span (service, start);
"""
_COLUMNS = "trace_id, span_id, parent_id, service, name, kind, start, end, failed, message, more"
_INSERT = "insert or replace into span values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_OF_GRAPH = """
select trace_id, span_id, parent_id, service, '', kind, start, end, failed, '',
    '[' || json_extract(more, '$[0]') || ',{},[],[]]'
from span where (trace_id, span_id) in (
    select trace_id, span_id from span where start >= ? and start < ? order by start desc limit ?
) order by trace_id
"""
_SUMMARIES = """
select trace_id, min(start), max(end), count(*), max(failed), max(fault), group_concat(distinct
service) from span where trace_id in (
    select trace_id from span where start >= ? and start < ? {service}
    group by trace_id order by max(start) desc limit ?
) group by trace_id order by min(start) desc
"""


@dataclass(frozen=True)
class TraceSummary:
    """What a list of traces shows of one."""

    trace_id: str
    start: int
    """Nanoseconds since the epoch."""
    end: int
    spans: int
    failed: bool
    fault: bool
    services: tuple[str, ...]
    root: Span
    """The first span."""

    @property
    def seconds(self) -> float:
        """Duration from the first span's start to the last one's end."""
        return (self.end - self.start) / 1e9


class SpanStore:
    """Keeps spans."""

    def __init__(self, database: Database, *, max_spans: int = MAX_SPANS) -> None:
        """Create the table in *database*; keep at most *max_spans*."""
        self._database = database
        self._max_spans = max_spans
        self._unchecked = 0
        self.removed = 0
        """Spans that went because there were too many."""
        self.listeners: list[Callable[[Sequence[Span]], None]] = []
        """Called with new spans."""
        database.script(SCHEMA)
        self.trim()

    def add(self, spans: Iterable[Span]) -> None:
        """Keep *spans*; one that is sent again replaces the first."""
        kept = list(spans)
        if not kept:
            return
        self._database.connection.executemany(_INSERT, map(_row, kept))
        self._unchecked += len(kept)
        if self._unchecked >= CHECK_EVERY:
            self.trim()
        self._database.changed()
        for listener in self.listeners:
            listener(kept)

    def trim(self) -> None:
        """Remove the oldest spans above the limit, and the oldest tenth with them."""
        self._unchecked = 0
        run = self._database.connection.execute
        [count] = run("select count(*) from span").fetchone()
        if count <= self._max_spans:
            return
        surplus = count - self._max_spans + self._max_spans // 10
        [until] = run(
            "select start from span order by start limit 1 offset ?", [surplus - 1]
        ).fetchone()
        self.removed += run("delete from span where start <= ?", [until]).rowcount
        self._database.changed()

    def trace(self, trace_id: str) -> list[Span]:
        """Return the spans of a trace by their start; [] if there is none."""
        return self._spans("where trace_id = ? order by start", [trace_id])

    def summaries(  # noqa: PLR0913 - the fields of a search
        self,
        start: float,
        end: float,
        *,
        service: str = "",
        failed: bool = False,
        min_seconds: float = 0.0,
        limit: int = 100,
    ) -> list[TraceSummary]:
        """Return the newest traces of a time, in seconds since the epoch, that match."""
        values: list[Any] = [int(start * _NANOSECONDS), int(end * _NANOSECONDS)]
        condition = ""
        if service:
            condition += " and service = ?"
            values.append(service)
        if failed:
            condition += " and failed"
        rows = self._database.connection.execute(
            _SUMMARIES.format(service=condition), [*values, limit]
        ).fetchall()
        found = [self._summary(row) for row in rows]
        return [one for one in found if one.seconds >= min_seconds]

    def graph(self, start: float, end: float) -> Graph:
        """Return which service called which in a time, in seconds since the epoch."""
        graph = Graph()
        values = [int(start * _NANOSECONDS), int(end * _NANOSECONDS), MAX_GRAPH_SPANS]
        rows = self._database.connection.execute(_OF_GRAPH, values)
        for _, trace in groupby(rows, itemgetter(0)):  # one at a time: all take 100 MB
            graph.add([_span(row) for row in trace])
        return graph

    def count(self) -> int:
        """Return the number of spans."""
        return int(self._database.connection.execute("select count(*) from span").fetchone()[0])

    def _summary(self, row: Sequence[Any]) -> TraceSummary:
        trace_id, start, end, number, failed, fault, services = row
        [root] = self._spans(
            "where trace_id = ? order by parent_id <> '', start limit 1", [trace_id]
        )
        names = tuple(sorted(str(services).split(",")))
        return TraceSummary(trace_id, start, end, number, bool(failed), bool(fault), names, root)

    def _spans(self, rest: str, values: Sequence[Any]) -> list[Span]:
        query = f"select {_COLUMNS} from span {rest}"  # noqa: S608 - from this class alone
        return [_span(row) for row in self._database.connection.execute(query, values)]


def _row(span: Span) -> tuple[Any, ...]:
    more = [span.attributes, span.resource, span.events, span.links]
    return (
        *(span.trace_id, span.span_id, span.parent_id, span.service, span.name, int(span.kind)),
        *(span.start, span.end, int(span.failed or span.fault), int(span.fault), span.message),
        json.dumps(more, separators=(",", ":")),
    )


def _span(row: Sequence[Any]) -> Span:
    trace_id, span_id, parent_id, service, name, kind, start, end, failed, message, more = row
    attributes, resource, events, links = json.loads(more)
    return Span(
        trace_id=trace_id, span_id=span_id, parent_id=parent_id, service=service, name=name,
        kind=Kind(kind), start=start, end=end, failed=bool(failed), message=message,
        attributes=attributes, resource=resource, events=tuple(events), links=tuple(links),
    )  # fmt: skip
