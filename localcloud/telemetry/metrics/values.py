"""Limits of CloudWatch on the values of metrics."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS = frozenset(
    {
        *("Seconds", "Microseconds", "Milliseconds"),
        *("Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"),
        *("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"),
        *("Percent", "Count"),
        *("Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second"),
        *("Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second"),
        *("Gigabits/Second", "Terabits/Second", "Count/Second", "None"),
    }
)
MAX_DIMENSIONS = 30
MAX_NAME = 255
MAX_DIMENSION_VALUE = 1024
MAX_MAGNITUDE = 2.0**360
PAST_SECONDS = 14 * 86_400
FUTURE_SECONDS = 2 * 3600
_NAMESPACE = re.compile(r"[0-9A-Za-z.\-_/#:\s]{1,255}")


class InvalidMetricError(ValueError):
    """Raised for a metric that CloudWatch refuses."""


def checked_namespace(found: Any) -> str:
    """Return *found* if it is a namespace."""
    if isinstance(found, str) and _NAMESPACE.fullmatch(found) and found[0] != ":":
        return found
    raise InvalidMetricError(f"{found!r} is not a namespace: use 1 to 255 of A-Z a-z 0-9 . - _ / #")


def checked_name(found: Any) -> str:
    """Return *found* if it is the name of a metric or dimension."""
    if isinstance(found, str) and 1 <= len(found) <= MAX_NAME and found.isprintable():
        return found
    raise InvalidMetricError(f"{found!r} is not a name: use 1 to {MAX_NAME} characters")


def checked_dimensions(found: Any) -> dict[str, str]:
    """Return *found* if it has dimensions by name."""
    if not isinstance(found, Mapping):
        raise InvalidMetricError("dimensions are not an object of names and values")
    pairs = cast("Mapping[Any, Any]", found)
    if len(pairs) > MAX_DIMENSIONS:
        text = f"{len(pairs)} dimensions are too many: use at most {MAX_DIMENSIONS}"
        raise InvalidMetricError(text)
    return {checked_name(name): checked_dimension(name, value) for name, value in pairs.items()}


def checked_dimension(name: str, value: Any) -> str:
    """Return *value* if it is the value of a dimension."""
    if isinstance(value, str) and value.strip() and len(value) <= MAX_DIMENSION_VALUE:
        return value
    text = f"the value of the dimension {name!r} is not a text of 1 to 1024 characters: {value!r}"
    raise InvalidMetricError(text)


def checked_unit(found: Any) -> str:
    """Return *found* if it is a unit."""
    if isinstance(found, str) and found in UNITS:
        return found
    raise InvalidMetricError(f"{found!r} is not a unit, such as Count, Milliseconds or Bytes")


def checked_value(found: Any) -> float:
    """Return *found* if it is a value that CloudWatch stores."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise InvalidMetricError(f"{found!r} is not a number")
    if not math.isfinite(found) or abs(found) > MAX_MAGNITUDE:
        raise InvalidMetricError(f"{found!r} is outside of -2^360 to 2^360")
    return float(found)


def checked_counts(values: Sequence[Any], counts: Sequence[Any]) -> dict[float, float]:
    """Return the number of samples by value."""
    if len(values) != len(counts):
        raise InvalidMetricError(f"{len(values)} values have {len(counts)} counts")
    found: dict[float, float] = {}
    for value, count in zip(map(checked_value, values), map(checked_value, counts), strict=True):
        if count <= 0:
            raise InvalidMetricError(f"{count!r} is not a count: use a number above 0")
        found[value] = found.get(value, 0.0) + count
    return found


def checked_time(found: Any, now: float) -> int:
    """Return *found* if CloudWatch takes values of that time, in seconds since the epoch."""
    at = checked_value(found)
    if not now - PAST_SECONDS <= at <= now + FUTURE_SECONDS:
        raise InvalidMetricError("the time is more than two weeks ago or two hours ahead")
    return int(at)
