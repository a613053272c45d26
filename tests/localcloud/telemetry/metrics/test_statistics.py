"""Statistics of a period."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.metrics.statistics import (
    Datapoint,
    UnknownStatisticError,
    is_statistic,
    percentile,
)


def point(*values: float) -> Datapoint:
    counts: dict[float, float] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return Datapoint(0, len(values), sum(values), min(values), max(values), counts)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("SampleCount", 4), ("Sum", 10), ("Average", 2.5), ("Minimum", 1), ("Maximum", 4),
     ("p0", 1), ("p50", 2.5), ("p100", 4), ("p99.9", 3.997)],
)  # fmt: skip
def test_a_statistic(name, wanted):
    assert is_statistic(name)
    assert point(1, 2, 3, 4).statistic(name) == pytest.approx(wanted)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=60), st.integers(1, 99))
def test_a_percentile_is_interpolated_between_samples(values, percent):
    wanted = statistics.quantiles(values, n=100, method="inclusive")[percent - 1]

    assert percentile(point(*values).values, percent) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("name", "text"),
    [("tm90", "does not compute tm90"), ("IQM", "use a percentile"), ("p101", "is not a statistic"),
     ("Median", "SampleCount, Average")],
)  # fmt: skip
def test_another_statistic_is_refused_by_name(name, text):
    assert not is_statistic(name)
    with pytest.raises(UnknownStatisticError, match=text):
        point(1).statistic(name)
