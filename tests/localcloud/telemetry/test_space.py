"""What goes when the file of the telemetry process is too large."""

from __future__ import annotations

import asyncio

from localcloud.measurements import Measurement
from localcloud.telemetry.alarms.book import SCHEMA as ALARMS
from localcloud.telemetry.database import Database
from localcloud.telemetry.logs.events import LogEvent
from localcloud.telemetry.logs.store import LogStore
from localcloud.telemetry.metrics.store import MetricStore
from localcloud.telemetry.scaling.activities import SCHEMA as ACTIVITIES
from localcloud.telemetry.space import Space
from localcloud.telemetry.traces.span import Kind, Span
from localcloud.telemetry.traces.store import SpanStore

NOW = 1_764_486_000
HOUR = 3600


def span(number, at):
    nanoseconds = at * 1_000_000_000
    return Span(
        trace_id=f"{number:032x}",
        span_id=f"{number:016x}",
        parent_id="",
        service="orders",
        name="GET /",
        kind=Kind.SERVER,
        start=nanoseconds,
        end=nanoseconds + 1,
    )


def filled(path, max_bytes):
    """Return stores with spans of an hour ago, minutes of half an hour ago, and lines of now."""
    database = Database(path)
    stores = LogStore(database), SpanStore(database), MetricStore(database, lambda: NOW)
    logs, traces, metrics = stores
    database.script(ALARMS)
    database.script(ACTIVITIES)
    traces.add(span(number, NOW - HOUR) for number in range(3_000))
    at = NOW - HOUR // 2
    metrics.add(
        Measurement("Shop", f"m{number}", (), "Count", at, {1.0: 1}) for number in range(1_000)
    )
    events = [LogEvent(NOW * 1000, "x" * 200, NOW * 1000) for _ in range(3_000)]
    logs.append("1", "eu-west-1", "g", "s", events)
    database.flush()
    return database, stores, Space(database, max_bytes)


def counted(database):
    return [
        database.connection.execute(f"select count(*) from {table}").fetchone()[0]
        for table in ("span", "metric_minute", "log_event")
    ]


def test_the_oldest_go_until_the_file_is_small_enough(tmp_path):
    async def run():
        database, _, space = filled(tmp_path / "t.db", 10**9)
        untouched = await space.keep(), space.freed
        space.max_bytes = database.size_bytes - 200_000  # less than the spans have
        await space.keep()
        first = counted(database)
        space.max_bytes = 0
        await space.keep()
        last, freed = counted(database), space.freed
        database.close()
        again = Database(tmp_path / "t.db")
        kept = Space(again).freed
        again.close()
        return untouched, first, last, freed, kept

    untouched, first, last, freed, kept = asyncio.run(run())

    assert untouched == (0, {})
    assert first == [0, 1_000, 3_000]  # spans are the oldest
    assert last == [0, 0, 0]
    assert freed == {"spans": 3_000, "minutes of metrics": 1_000, "log events": 3_000}
    assert kept == freed
