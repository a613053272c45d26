"""Histograms of bounded size: how often each value was measured."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXACT_VALUES = 200
"""Distinct values that a histogram keeps as they are."""

MAX_VALUES = 2_000
"""Values after merging; only values that span many orders of magnitude exceed it."""

WIDTH = 0.01
"""Relative width of a bucket: a percentile is exact to half of it."""

Histogram = dict[float, float]
"""Number of samples by value."""


def merged(histograms: Iterable[Mapping[float, float]]) -> Histogram:
    """Return the sum of *histograms*, bounded."""
    found: defaultdict[float, float] = defaultdict(float)
    for histogram in histograms:
        for value, count in histogram.items():
            found[value] += count
    return bounded(found)


def bounded(histogram: Mapping[float, float]) -> Histogram:
    """Return *histogram*, its values merged into buckets if there are many distinct ones.

    A value moves by at most half of WIDTH; merging again moves it no further.
    """
    if len(histogram) <= EXACT_VALUES:
        return dict(histogram)
    width = WIDTH
    while len(found := _bucketed(histogram, width)) > MAX_VALUES:
        width *= 2
    return found


def _bucketed(histogram: Mapping[float, float], width: float) -> Histogram:
    step = math.log1p(width)
    found: defaultdict[float, float] = defaultdict(float)
    for value, count in histogram.items():
        found[_middle(value, step)] += count
    return dict(found)


def _middle(value: float, step: float) -> float:
    if value == 0:
        return 0.0
    index = math.floor(math.log(abs(value)) / step)
    try:
        return math.copysign(math.exp((index + 0.5) * step), value)
    except OverflowError:
        return value


def packed(histogram: Mapping[float, float]) -> bytes:
    """Return *histogram* as bytes."""
    return array("d", [number for pair in histogram.items() for number in pair]).tobytes()


def unpacked(raw: bytes) -> Histogram:
    """Return the histogram of `packed`."""
    numbers = array("d")
    numbers.frombytes(raw)
    return dict(zip(numbers[::2], numbers[1::2], strict=True))
