"""What was counted is found again, by minute, and nothing is invented."""

from __future__ import annotations

import asyncio

import pytest

from localcloud.measurements import Measurement
from localcloud.telemetry.database import Database
from localcloud.telemetry.metrics import store as module
from localcloud.telemetry.metrics.store import DAY, MetricStore

NOW = 1_800_000_000
DIMENSIONS = {"QueueName": "orders"}


def sent(minute: int = 0, *, unit: str = "Count", name: str = "Sent", **values: float):
    counts = {float(key[1:]): count for key, count in values.items()}
    return Measurement("AWS/SQS", name, (("QueueName", "orders"),), unit, NOW + minute * 60, counts)


@pytest.fixture
def clock():
    return [float(NOW)]


@pytest.fixture
def using(tmp_path, clock):
    def run(work):
        async def go():
            database = Database(tmp_path / "telemetry.db")
            try:
                return work(MetricStore(database, lambda: clock[0]))
            finally:
                database.close()

        return asyncio.run(go())

    return run


def series(store, period=60, start=NOW, minutes=10, **more):
    return store.series("AWS/SQS", "Sent", DIMENSIONS, start, NOW + minutes * 60, period, **more)


def test_values_of_one_minute_add_up(using):
    def work(store):
        store.add([sent(v1=2, v5=1)])
        store.add([sent(v5=1, v9=1), sent(2, v1=1)])
        return series(store)

    first, later = using(work)

    assert (first.time, first.count, first.total, first.minimum, first.maximum) == (
        NOW,
        5,
        21,
        1,
        9,
    )
    assert first.values == {1: 2, 5: 2, 9: 1}
    assert later.time == NOW + 120  # the minute between has no values


def test_periods_are_aligned(using):
    def work(store):
        store.add([sent(minute, v1=1) for minute in range(7)])
        return [(one.time, one.total) for one in series(store, 300, start=NOW + 61)]

    assert using(work) == [(NOW, 5), (NOW + 300, 2)]


def test_units_are_kept_apart(using):
    def work(store):
        store.add([sent(v1=1), sent(v2=1, unit="Bytes")])
        totals = {unit: series(store, unit=unit)[0].total for unit in ("Count", "Bytes")}
        return totals, series(store)[0].total, series(store, unit="Percent")

    assert using(work) == ({"Count": 1, "Bytes": 2}, 3, [])


def test_a_series_needs_exactly_its_dimensions(using):
    def work(store):
        store.add([sent(v1=1)])
        arguments = (NOW, NOW + 60, 60)
        return [
            store.series("AWS/SQS", "Sent", dimensions, *arguments)
            for dimensions in ({}, {"QueueName": "other"}, {**DIMENSIONS, "Region": "x"})
        ]

    assert using(work) == [[], [], []]


def test_what_was_stored_is_there_after_a_restart(using):
    using(lambda store: store.add([sent(v1=1)]))

    assert using(lambda store: series(store)[0].total) == 1


def test_minutes_without_the_process_are_not_measured(using, clock):
    def beat(store):
        clock[0] += 100
        store.alive()

    using(beat)
    clock[0] += 300
    using(beat)

    spans = using(lambda store: store.measured(NOW + 50, NOW + 450))
    assert spans == [(NOW + 50, NOW + 100), (NOW + 400, NOW + 450)]


def test_old_minutes_are_deleted(using, clock):
    using(lambda store: store.add([sent(v1=1), sent(10, name="Received", v1=1)]))
    clock[0] = NOW + module.KEPT_DAYS * DAY + 60

    assert using(lambda store: store.delete_old()) == 1
    found = using(lambda store: store.metrics(since=0))
    assert [one.name for one in found] == ["Received"]


def test_the_oldest_minutes_go_first_above_the_limit(using, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 3)

    def work(store):
        store.add([sent(minute, v1=1) for minute in range(5)])
        store.delete_old()
        return [one.time for one in series(store)]

    assert using(work) == [NOW + 120, NOW + 180, NOW + 240]


def test_metrics_are_listed_for_two_weeks(using, clock):
    using(lambda store: store.add([sent(v1=1)]))
    clock[0] = NOW + 14 * DAY - 1
    assert [one.dimensions for one in using(lambda store: store.metrics("AWS/SQS"))] == [
        (("QueueName", "orders"),)
    ]

    clock[0] = NOW + 14 * DAY + 60
    assert using(lambda store: store.metrics()) == []
