"""The store of metrics: one histogram for each metric, unit and minute."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.measurements import MINUTE, sorted_dimensions
from localcloud.telemetry.metrics.histogram import bounded, merged, packed, unpacked
from localcloud.telemetry.metrics.statistics import Datapoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localcloud.measurements import Dimensions, Measurement
    from localcloud.telemetry.database import Database

DAY = 86_400
KEPT_DAYS = 15
"""As long as CloudWatch keeps minutes."""

MAX_ROWS = 1_000_000
"""Minutes of all metrics together, some 100 MB; the oldest are deleted first."""

LISTED_SECONDS = 14 * DAY
"""A metric is listed as long as CloudWatch lists it after its last value."""

SCHEMA = """
create table if not exists metric (
    id integer primary key,
    namespace text not null,
    name text not null,
    dimensions text not null,
    latest integer not null,
    unique (namespace, name, dimensions)
);
create table if not exists metric_minute (
    metric integer not null references metric on delete cascade,
    minute integer not null,
    unit text not null,
    count real not null,
    total real not null,
    minimum real not null,
    maximum real not null,
    histogram blob not null,
    primary key (metric, minute, unit)
) without rowid;
create index if not exists metric_minute_by_age on metric_minute (minute);
create table if not exists metric_span (
    started integer primary key,
    ended integer not null
);
"""


@dataclass(frozen=True)
class Metric:
    """A metric that has values."""

    namespace: str
    name: str
    dimensions: Dimensions
    latest: int
    """Start of the latest minute with a value, in seconds since the epoch."""


class MetricStore:
    """Metrics by minute."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        """Create the tables; the process measures from now on."""
        self._database, self._clock = database, clock
        database.script(SCHEMA)
        self._ids: dict[tuple[str, str, Dimensions], int] = {}
        self._started = int(clock())
        self.alive()

    def add(self, measurements: Iterable[Measurement]) -> None:
        """Add *measurements* to what is stored for their minutes."""
        run = self._database.connection.execute
        for one in measurements:
            values = {value: count for value, count in one.values.items() if count > 0}
            if not values:
                continue
            minute = one.time // MINUTE * MINUTE
            metric = self._id((one.namespace, one.name, one.dimensions), minute)
            key = (metric, minute, one.unit)
            count, total = sum(values.values()), sum(v * n for v, n in values.items())
            row = (count, total, min(values), max(values))
            kept = bounded(values)
            found = run(
                "select count, total, minimum, maximum, histogram from metric_minute"
                " where metric = ? and minute = ? and unit = ?",
                key,
            ).fetchone()
            if found is not None:
                row = (
                    found[0] + row[0],
                    found[1] + row[1],
                    min(found[2], row[2]),
                    max(found[3], row[3]),
                )
                kept = merged((unpacked(found[4]), kept))
            run(
                "insert or replace into metric_minute values (?, ?, ?, ?, ?, ?, ?, ?)",
                (*key, *row, packed(kept)),
            )
        self._database.changed()

    def series(  # noqa: PLR0913, PLR0917 - what identifies a series
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        start: int,
        end: int,
        period: int,
        unit: str | None = None,
    ) -> list[Datapoint]:
        """Return the aligned periods with values from *start* up to, not including, *end*."""
        metric = self._find((namespace, name, sorted_dimensions(dimensions)))
        if metric is None:
            return []
        rows = self._database.connection.execute(
            "select minute, unit, count, total, minimum, maximum, histogram from metric_minute"
            " where metric = ? and minute >= ? and minute < ? and (? is null or unit = ?)"
            " order by minute",
            (metric, start // period * period, end, unit, unit),
        )
        grouped: dict[int, list[Datapoint]] = {}
        for minute, measured_in, count, total, minimum, maximum, raw in rows:
            values = unpacked(raw)
            point = Datapoint(minute, count, total, minimum, maximum, values, measured_in)
            grouped.setdefault(minute // period * period, []).append(point)
        return [_joined(at, points) for at, points in grouped.items()]

    def units(
        self, namespace: str, name: str, dimensions: Mapping[str, str], start: int, end: int
    ) -> list[str]:
        """Return the units in which a metric was measured from *start* to *end*."""
        metric = self._find((namespace, name, sorted_dimensions(dimensions)))
        rows = self._database.connection.execute(
            "select distinct unit from metric_minute where metric = ? and minute >= ?"
            " and minute < ? order by unit",
            (metric, start, end),
        )
        return [unit for (unit,) in rows]

    def metrics(
        self, namespace: str | None = None, name: str | None = None, since: int | None = None
    ) -> list[Metric]:
        """Return the metrics with values *since* then (default: two weeks ago)."""
        rows = self._database.connection.execute(
            "select namespace, name, dimensions, latest from metric where latest >= ?"
            " and (? is null or namespace = ?) and (? is null or name = ?)"
            " order by namespace, name, dimensions",
            (
                int(self._clock()) - LISTED_SECONDS if since is None else since,
                namespace,
                namespace,
                name,
                name,
            ),
        )
        return [Metric(one, two, _dimensions(text), latest) for one, two, text, latest in rows]

    def measured(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the spans between *start* and *end* in which this process ran."""
        rows = self._database.connection.execute(
            "select started, ended from metric_span where ended > ? and started < ?"
            " order by started",
            (start, end),
        )
        return [(max(started, start), min(ended, end)) for started, ended in rows]

    def alive(self) -> None:
        """Note that the process measures until now."""
        self._database.connection.execute(
            "insert into metric_span values (?, ?)"
            " on conflict (started) do update set ended = max(ended, excluded.ended)",
            (self._started, int(self._clock())),
        )
        self._database.changed()

    def delete_old(self) -> int:
        """Delete what is older than KEPT_DAYS or exceeds MAX_ROWS; return the number of rows."""
        run = self._database.connection.execute
        oldest = int(self._clock()) - KEPT_DAYS * DAY
        deleted = run("delete from metric_minute where minute < ?", (oldest,)).rowcount
        [rows] = run("select count(*) from metric_minute").fetchone()
        if rows > MAX_ROWS:
            [limit] = run(
                "select minute from metric_minute order by minute limit 1 offset ?",
                (rows - MAX_ROWS,),
            ).fetchone()
            deleted += run("delete from metric_minute where minute < ?", (limit,)).rowcount
        run("delete from metric where latest < ?", (oldest,))
        run("delete from metric_span where ended < ?", (oldest,))
        self._ids.clear()
        self._database.changed()
        return deleted

    def _find(self, key: tuple[str, str, Dimensions]) -> int | None:
        if key in self._ids:
            return self._ids[key]
        found = self._database.connection.execute(
            "select id from metric where namespace = ? and name = ? and dimensions = ?",
            (*key[:2], json.dumps(key[2])),
        ).fetchone()
        return found and found[0]

    def _id(self, key: tuple[str, str, Dimensions], minute: int) -> int:
        [self._ids[key]] = self._database.connection.execute(
            "insert into metric (namespace, name, dimensions, latest) values (?, ?, ?, ?)"
            " on conflict do update set latest = max(latest, excluded.latest) returning id",
            (*key[:2], json.dumps(key[2]), minute),
        ).fetchone()
        return self._ids[key]


def _joined(at: int, points: list[Datapoint]) -> Datapoint:
    return Datapoint(
        time=at,
        count=sum(one.count for one in points),
        total=sum(one.total for one in points),
        minimum=min(one.minimum for one in points),
        maximum=max(one.maximum for one in points),
        values=merged(one.values for one in points),
        unit=points[0].unit,
    )


def _dimensions(text: str) -> Dimensions:
    return tuple((name, value) for name, value in json.loads(text))
