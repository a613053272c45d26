"""Values of metrics wait in the process that counted them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from localcloud import measurements
from localcloud.measurements import Measurement, Measurements

VALUES = st.lists(st.integers(-1000, 1000), min_size=1)


@given(VALUES)
def test_nothing_is_lost_between_adding_and_taking(values):
    waiting = Measurements()
    for number, value in enumerate(values):
        waiting.add("N", "m", value, at=60.0 * (number % 3), dimensions={"b": "2", "a": "1"})
    waiting.put_back(waiting.take())
    taken = waiting.take()

    assert sum(one.count for one in taken) == len(values)
    assert sum(one.total for one in taken) == sum(values)
    assert {one.dimensions for one in taken} == {(("a", "1"), ("b", "2"))}
    assert [Measurement.from_json(one.as_json()) for one in taken] == taken


def test_too_many_metrics_are_counted_and_dropped(monkeypatch):
    monkeypatch.setattr(measurements, "MAX_METRICS", 2)
    waiting = Measurements()
    for name in ("a", "b", "c", "a"):
        waiting.add("N", name, at=0)

    assert {one.name: one.count for one in waiting.take()} == {"a": 2, "b": 1}
    assert waiting.dropped == 1
