"""Samples of counters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from localcloud.aws.samples import SECONDS, Samples
from localcloud.measurements import Measurements


@given(st.lists(st.integers(0, 50), min_size=2))
def test_the_increases_of_a_counter_add_up_to_what_was_counted(steps):
    samples, measurements, total, found = Samples(), Measurements(), 0, []

    for step in steps:
        total += step
        found.append(samples.increases(measurements, "a", {"n": total}))

    assert found[0] == {}
    assert [one["n"] for one in found[1:]] == steps[1:]
    assert all(one[SECONDS] >= 0 for one in found[1:])


def test_a_counter_that_fell_began_anew():
    samples, measurements = Samples(), Measurements()
    samples.increases(measurements, "a", {"n": 7})

    assert samples.increases(measurements, "a", {"n": 3})["n"] == 3


def test_resources_and_senders_are_counted_apart():
    samples, first, second = Samples(), Measurements(), Measurements()
    samples.increases(first, "a", {"n": 7})

    assert samples.increases(first, "b", {"n": 7}) == {}
    assert samples.increases(second, "a", {"n": 7}) == {}


def test_a_minute_is_measured_once(monkeypatch):
    samples, measurements = Samples(), Measurements()
    monkeypatch.setattr("time.time", lambda: 60.0)

    assert [samples.due(measurements) for _ in range(2)] == [True, False]
    monkeypatch.setattr("time.time", lambda: 120.0)
    assert samples.due(measurements)
