"""Statistics of a metric over a period, as CloudWatch computes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
_TRIMMED = re.compile(r"(IQM|(tm|wm|tc|ts|pr|TM|WM|TC|TS|PR)[\d(].*)")


class UnknownStatisticError(ValueError):
    """Raised for a statistic that is not served."""


@dataclass(frozen=True)
class Datapoint:
    """What was measured in one period."""

    time: int
    """Start of the period, in seconds since the epoch."""
    count: float
    total: float
    minimum: float
    maximum: float
    values: Mapping[float, float]
    """Number of samples by value; values are exact to 0.5 % where there are many."""
    unit: str = "None"

    def statistic(self, name: str) -> float:
        """Return the statistic *name*, such as `Sum` or `p99`; raises UnknownStatisticError."""
        match name:
            case "SampleCount":
                return self.count
            case "Sum":
                return self.total
            case "Average":
                return self.total / self.count
            case "Minimum":
                return self.minimum
            case "Maximum":
                return self.maximum
            case _:
                found = percentile(self.values, percent_of(name))
                return min(max(found, self.minimum), self.maximum)


def is_statistic(name: str) -> bool:
    """Return whether *name* is a served statistic."""
    return name in STATISTICS or _PERCENTILE.fullmatch(name) is not None


def percent_of(name: str) -> float:
    """Return the percent of the percentile *name*; raises UnknownStatisticError."""
    if found := _PERCENTILE.fullmatch(name):
        return float(found[1])
    if _TRIMMED.fullmatch(name):
        text = f"the local cloud does not compute {name}: use a percentile such as p99, or Average"
        raise UnknownStatisticError(text)
    known = ", ".join(STATISTICS)
    raise UnknownStatisticError(f"{name!r} is not a statistic: use {known} or p0 to p100")


def percentile(values: Mapping[float, float], percent: float) -> float:
    """Return the value below which *percent* of the samples are, interpolated between two."""
    ordered = sorted((value, count) for value, count in values.items() if count > 0)
    if not ordered:
        raise ValueError("no samples")
    total = sum(count for _, count in ordered)
    rank = percent / 100 * max(total - 1, 0)
    before = 0.0
    for index, (value, count) in enumerate(ordered):
        last = before + count - 1
        if rank <= last or index == len(ordered) - 1:
            return value
        if rank < last + 1:
            return value + (ordered[index + 1][0] - value) * (rank - last)
        before += count
    return ordered[-1][0]
