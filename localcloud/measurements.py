"""Values of metrics, counted where things happen and sent to the telemetry process.

A process adds values to MEASUREMENTS; every ten seconds they are sent as one histogram for each
metric and minute.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MINUTE = 60
MAX_METRICS = 20_000
"""Metrics and minutes kept while the telemetry process is down; further ones are dropped."""

Dimensions = tuple[tuple[str, str], ...]
"""Names and values of dimensions, sorted by name."""


@dataclass(frozen=True)
class Measurement:
    """Values of one metric in one minute."""

    namespace: str
    name: str
    dimensions: Dimensions
    unit: str
    """A unit of CloudWatch, such as `Milliseconds`."""
    time: int
    """Start of the minute, in seconds since the epoch."""
    values: Mapping[float, float]
    """How often each value was measured."""

    @property
    def count(self) -> float:
        """Number of values (CloudWatch's `SampleCount`)."""
        return sum(self.values.values())

    @property
    def total(self) -> float:
        """Sum of the values."""
        return sum(value * count for value, count in self.values.items())

    def as_json(self) -> dict[str, Any]:
        """Return the form of `PUT /intake/metrics`."""
        return {
            "namespace": self.namespace,
            "name": self.name,
            "dimensions": dict(self.dimensions),
            "unit": self.unit,
            "time": self.time,
            "values": [[value, count] for value, count in self.values.items()],
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return the measurement of `as_json`; raises KeyError, TypeError or ValueError."""
        return cls(
            namespace=str(found["namespace"]),
            name=str(found["name"]),
            dimensions=sorted_dimensions(found["dimensions"]),
            unit=str(found["unit"]),
            time=int(found["time"]),
            values={float(value): float(count) for value, count in found["values"]},
        )


class Measurements:
    """Counts values by metric and minute; any thread may add."""

    def __init__(self) -> None:
        """Begin without values."""
        self.dropped = 0
        """Values that were dropped because too many metrics waited."""
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str, Dimensions, str, int], Counter[float]] = {}

    def add(  # noqa: PLR0913 - the fields of a measurement
        self,
        namespace: str,
        name: str,
        value: float = 1.0,
        *,
        unit: str = "Count",
        at: float | None = None,
        dimensions: Mapping[str, str] | None = None,
    ) -> None:
        """Add a *value*, measured *at* (seconds since the epoch, default: now)."""
        minute = int(time.time() if at is None else at) // MINUTE * MINUTE
        key = (namespace, name, sorted_dimensions(dimensions or {}), unit, minute)
        with self._lock:
            values = self._waiting.get(key)
            if values is None:
                if len(self._waiting) >= MAX_METRICS:
                    self.dropped += 1
                    return
                values = self._waiting[key] = Counter()
            values[value] += 1

    def take(self) -> list[Measurement]:
        """Return what was added since the last call."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        return [Measurement(*key, values=dict(values)) for key, values in taken.items()]

    def put_back(self, measurements: Iterable[Measurement]) -> None:
        """Keep *measurements* that could not be sent for the next time."""
        with self._lock:
            for one in measurements:
                key = (one.namespace, one.name, one.dimensions, one.unit, one.time)
                if key not in self._waiting and len(self._waiting) >= MAX_METRICS:
                    self.dropped += int(one.count)
                    continue
                values = self._waiting.setdefault(key, Counter())
                for value, count in one.values.items():
                    values[value] += count  # pyright: ignore[reportArgumentType] - weights may be fractions


def sorted_dimensions(dimensions: Mapping[str, str]) -> Dimensions:
    """Return *dimensions* in the order by which they are compared."""
    return tuple(sorted(dimensions.items()))


MEASUREMENTS = Measurements()
"""The values of this process."""
