"""Metric filters: log events that match a pattern become values of a metric."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.measurements import MINUTE, Measurements
from log_patterns import Line, PatternError, parse_pattern
from log_patterns.comparisons import number_of
from log_patterns.documents import Selector
from log_patterns.line import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localcloud.measurements import Measurement
    from localcloud.telemetry.logs.events import LogBatch, StoredEvent
    from log_patterns import Pattern

_LOG = logging.getLogger(__name__)

DEFAULT_AFTER_SECONDS = 90
"""Age at which a minute without a match gets the default value: late events are in by then."""

Key = tuple[str, str]
"""Region and log group."""


@dataclass(frozen=True)
class Transformation:
    """What a match adds to which metric."""

    namespace: str
    name: str
    value: str
    default: float | None
    unit: str
    dimensions: Mapping[str, str]

    def dimensions_of(self, line: Line, fields: Mapping[str, str]) -> dict[str, str] | None:
        """Return the dimensions with the values of *line*; None if it lacks one."""
        found = {name: _resolved(value, line, fields) for name, value in self.dimensions.items()}
        whole = {name: value for name, value in found.items() if value is not None}
        return whole if len(whole) == len(found) else None

    def value_of(self, line: Line, fields: Mapping[str, str]) -> float | None:
        """Return the value that *line* adds; None if it has no number there."""
        return number_of(_resolved(self.value, line, fields))


@dataclass(frozen=True)
class MetricFilter:
    """A pattern and what its matches add."""

    name: str
    pattern: Pattern
    transformations: tuple[Transformation, ...]


class MetricFilters:
    """Applies the filters of each group; `take` returns the values."""

    def __init__(self) -> None:
        """Begin without filters."""
        self._filters: dict[Key, list[MetricFilter]] = {}
        self._measurements = Measurements()
        self._minutes: dict[tuple[Key, str, int], bool] = {}
        """Whether a filter with a default matched in a minute that had events."""

    def configure(self, declared: Iterable[Mapping[str, Any]]) -> None:
        """Use the filters *declared*, as DescribeMetricFilters returns them with their region."""
        found: dict[Key, list[MetricFilter]] = defaultdict(list)
        for one in declared:
            try:
                pattern = parse_pattern(one.get("filterPattern") or "")
            except PatternError as error:  # declared by an earlier version
                _LOG.warning("metric filter %s is not applied: %s", one["filterName"], error)
                continue
            made = tuple(map(_transformation, one["metricTransformations"]))
            key = (one["region"], one["logGroupName"])
            found[key].append(MetricFilter(one["filterName"], pattern, made))
        self._filters = dict(found)

    def read(self, batch: LogBatch) -> None:
        """Apply the filters to the events of *batch*."""
        key = (batch.region, batch.group)
        filters = self._filters.get(key)
        for event in batch.events if filters else ():
            line = Line(event.message)
            for one in filters or ():
                self._apply(key, one, event, line)

    def take(self, now: float | None = None) -> list[Measurement]:
        """Return the values since the last call, and the defaults of minutes that are over."""
        last = (time.time() if now is None else now) - DEFAULT_AFTER_SECONDS
        for key, name, minute in [one for one in self._minutes if one[2] <= last - MINUTE]:
            matched = self._minutes.pop((key, name, minute))
            filters = () if matched else self._filters.get(key, ())
            for made in (t for one in filters if one.name == name for t in one.transformations):
                if made.default is not None:
                    self._add(made, made.default, minute, {})
        return self._measurements.take()

    def _apply(self, key: Key, one: MetricFilter, event: StoredEvent, line: Line) -> None:
        minute = event.timestamp // 1000 // MINUTE * MINUTE
        matched = one.pattern.matches(line)
        if any(made.default is not None for made in one.transformations):
            at = (key, one.name, minute)
            self._minutes[at] = self._minutes.get(at, False) or matched
        if not matched:
            return
        fields = one.pattern.fields(line)
        for made in one.transformations:
            value, dimensions = made.value_of(line, fields), made.dimensions_of(line, fields)
            if value is not None and dimensions is not None:
                self._add(made, value, event.timestamp / 1000, dimensions)

    def _add(
        self, made: Transformation, value: float, at: float, dimensions: Mapping[str, str]
    ) -> None:
        self._measurements.add(
            made.namespace, made.name, value, unit=made.unit, at=at, dimensions=dimensions
        )


def _transformation(declared: Mapping[str, Any]) -> Transformation:
    default = declared.get("defaultValue")
    return Transformation(
        declared["metricNamespace"],
        declared["metricName"],
        str(declared["metricValue"]),
        None if default is None else float(default),
        declared.get("unit") or "None",
        declared.get("dimensions") or {},
    )


def _resolved(text: str, line: Line, fields: Mapping[str, str]) -> Any:
    """Return what *text* names in *line*: a field, a JSON value as text, or *text* itself."""
    if not text.startswith("$"):
        return text
    if text in fields:
        return fields[text]
    if not text.startswith("$.") or line.document is MISSING:
        return None
    try:
        found = Selector.read(text).values(line.document)
    except PatternError:
        return None
    return str(found[0]) if found and not isinstance(found[0], (dict, list, bool)) else None
