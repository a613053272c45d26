"""Histograms stay small, and their percentiles stay right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.metrics import histogram
from localcloud.telemetry.metrics.statistics import percentile

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False).map(lambda found: round(found, 6))
HISTOGRAMS = st.dictionaries(NUMBERS, st.integers(1, 50), min_size=1, max_size=400)


@given(HISTOGRAMS)
def test_a_histogram_survives_packing(values):
    assert histogram.unpacked(histogram.packed(values)) == values


@given(HISTOGRAMS)
def test_merging_keeps_the_number_of_samples(values):
    found = histogram.bounded(values)

    assert sum(found.values()) == sum(values.values())


@given(st.dictionaries(st.floats(1e-3, 1e9), st.integers(1, 50), min_size=201, max_size=400))
def test_values_move_by_less_than_one_percent_however_often_they_are_merged(values):
    once = histogram.bounded(values)
    again = histogram.merged((once, {}))

    assert again == once
    for percent in (50, 99, 100):
        assert percentile(once, percent) == pytest.approx(percentile(values, percent), rel=0.01)


def test_values_of_any_magnitude_stay_bounded():
    values = {sign * 2.0**power * (1 + part / 40) for power in range(-340, 341)
              for part in range(40) for sign in (1, -1)}  # fmt: skip

    found = histogram.bounded(dict.fromkeys(values, 1.0))

    assert len(found) <= histogram.MAX_VALUES
    assert sum(found.values()) == len(values)
