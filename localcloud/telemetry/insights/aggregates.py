"""The functions of `stats`: each takes one value after another and returns its result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from localcloud.telemetry.insights.values import number, order, text

if TYPE_CHECKING:
    from collections.abc import Callable


class Aggregate(Protocol):
    """A result over the rows of a group."""

    def add(self, value: Any, time: int, /) -> None:
        """Add the *value* of a row whose timestamp is *time*; None if the field is missing."""
        ...

    def result(self) -> Any:
        """Return the result so far; None if there is none."""
        ...


class Count:
    """How many rows have a value."""

    def __init__(self) -> None:
        """Begin at 0."""
        self._count = 0

    def add(self, value: Any, _time: int, /) -> None:
        """Count *value*."""
        if value is not None:
            self._count += 1

    def result(self) -> int:
        """Return the count."""
        return self._count


class CountDistinct:
    """How many different values there are."""

    def __init__(self) -> None:
        """Begin without values."""
        self._seen: set[str | None] = set()

    def add(self, value: Any, _time: int, /) -> None:
        """Remember *value*."""
        if value is not None:
            self._seen.add(text(value))

    def result(self) -> int:
        """Return the count."""
        return len(self._seen)


class Moments:
    """Count, sum and squares, of which sum, average and deviation follow."""

    def __init__(self, result: Callable[[Moments], float | int | None]) -> None:
        """Return *result* of the moments."""
        self._result = result
        self.count = 0
        self.sum: float | int = 0
        self.mean = 0.0
        self.squares = 0.0
        """The sum of squared differences from the mean."""

    def add(self, value: Any, _time: int, /) -> None:
        """Add *value* if it is a number."""
        found = number(value)
        if found is not None:
            self.count += 1
            self.sum += found
            difference = found - self.mean
            self.mean += difference / self.count
            self.squares += difference * (found - self.mean)

    def result(self) -> float | int | None:
        """Return the result; None without a number."""
        return self._result(self) if self.count else None


class Extreme:
    """The smallest or largest value: in the natural order, or of numbers alone."""

    def __init__(self, sign: int, *, natural: bool) -> None:
        """Prefer the larger of two values if *sign* is 1, and the smaller if it is -1."""
        self._sign, self._natural = sign, natural
        self._best: Any = None
        self._key: Any = None

    def add(self, value: Any, _time: int, /) -> None:
        """Keep *value* if none before is better."""
        if value is None:
            return
        found = number(value)
        if found is None and not self._natural:
            return
        key = order(value) if self._natural else found
        if self._key is None or (key > self._key if self._sign > 0 else key < self._key):
            self._best, self._key = value if self._natural else found, key

    def result(self) -> Any:
        """Return the value."""
        return self._best


class First:
    """The value of the earliest or latest row that has one."""

    def __init__(self, sign: int) -> None:
        """Prefer the later of two rows if *sign* is 1, and the earlier if it is -1."""
        self._sign = sign
        self._found: tuple[int, Any] | None = None

    def add(self, value: Any, time: int, /) -> None:
        """Keep *value* if its row is before (after) the kept one's."""
        if value is not None and (self._found is None or (time - self._found[0]) * self._sign > 0):
            self._found = (time, value)

    def result(self) -> Any:
        """Return the value."""
        return self._found and self._found[1]


class Percentile:
    """A percentile of all numbers, interpolated between the two nearest."""

    def __init__(self, percent: float) -> None:
        """Return the value below which *percent* of the values are."""
        self._percent = percent
        self._values: list[float | int] = []

    def add(self, value: Any, _time: int, /) -> None:
        """Keep *value* if it is a number."""
        found = number(value)
        if found is not None:
            self._values.append(found)

    def result(self) -> float | int | None:
        """Return the percentile; None without a number."""
        if not self._values:
            return None
        ordered = sorted(self._values)
        position = (len(ordered) - 1) * self._percent / 100
        below = math.floor(position)
        low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
        return low + (high - low) * (position - below)


def _moments(result: Callable[[Moments], float | int | None]) -> Callable[[], Aggregate]:
    return lambda: Moments(result)


AGGREGATES: dict[str, Callable[[], Aggregate]] = {
    "count": Count,
    "count_distinct": CountDistinct,
    "sum": _moments(lambda moments: moments.sum),
    "avg": _moments(lambda moments: moments.sum / moments.count),
    "stddev": _moments(lambda moments: math.sqrt(moments.squares / moments.count)),
    "min": lambda: Extreme(-1, natural=False),
    "max": lambda: Extreme(1, natural=False),
    "sortsfirst": lambda: Extreme(-1, natural=True),
    "sortslast": lambda: Extreme(1, natural=True),
    "earliest": lambda: First(-1),
    "latest": lambda: First(1),
}
"""By name in lower case; `pct` has an argument of its own."""
PERCENTILE = "pct"
