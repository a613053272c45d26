"""Embedded Metric Format: metrics in log lines, extracted as CloudWatch does.

What is broken stays a line: its reason is counted as `EMFParsingErrors` or `EMFValidationErrors`
of the log group, as CloudWatch reports them.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from localcloud.measurements import MEASUREMENTS, MINUTE, Measurement, sorted_dimensions
from localcloud.telemetry.metrics.values import (
    MAX_DIMENSIONS,
    InvalidMetricError,
    checked_counts,
    checked_dimension,
    checked_name,
    checked_namespace,
    checked_time,
    checked_unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.telemetry.logs.events import LogBatch
    from localcloud.telemetry.metrics.store import MetricStore

_LOG = logging.getLogger(__name__)

MARKS = ('"_aws"', '"CloudWatchMetrics"')
MAX_METRICS = 100
MAX_VALUES = 100
MAX_LINE_BYTES = 1_048_576
RESOLUTIONS = (1, 60)
PARSING, VALIDATION = "EMFParsingErrors", "EMFValidationErrors"


@dataclass(frozen=True)
class Extracted:
    """The metrics of a log line."""

    measurements: tuple[Measurement, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    """Metric and reason of each problem."""


NOTHING = Extracted()


def extract(message: str, now: float) -> Extracted:
    """Return the metrics of a log line; `NOTHING` unless it is in Embedded Metric Format."""
    if not all(mark in message for mark in MARKS):
        return NOTHING
    if len(message) > MAX_LINE_BYTES:
        return _problem(PARSING, f"the line is longer than {MAX_LINE_BYTES} bytes")
    try:
        found: Any = json.loads(message)
    except (ValueError, RecursionError) as error:
        return _problem(PARSING, f"the line is not JSON: {error}")
    if not isinstance(found, dict) or "_aws" not in found:
        return NOTHING
    root = cast("dict[str, Any]", found)
    measurements: list[Measurement] = []
    problems: list[tuple[str, str]] = []
    try:
        at, directives = _metadata(root["_aws"], now)
        for directive in directives:
            for one in _directive(root, directive, at):
                if isinstance(one, Measurement):
                    measurements.append(one)
                else:
                    problems.append((VALIDATION, one))
    except InvalidMetricError as error:
        problems.append((VALIDATION, str(error)))
    return Extracted(tuple(measurements), tuple(problems))


def listener(store: MetricStore) -> Callable[[LogBatch], None]:
    """Return a listener of the log store that adds the metrics of new lines to *store*."""

    def listen(batch: LogBatch) -> None:
        now = time.time()
        found: list[Measurement] = []
        for event in batch.events:
            extracted = extract(event.message, now)
            found += extracted.measurements
            for metric, reason in extracted.problems:
                _LOG.info("%s: a line in Embedded Metric Format: %s", batch.group, reason)
                MEASUREMENTS.add("AWS/Logs", metric, dimensions={"LogGroupName": batch.group})
        if found:
            store.add(found)

    return listen


def _problem(metric: str, reason: str) -> Extracted:
    return Extracted(problems=((metric, reason),))


def _metadata(found: Any, now: float) -> tuple[int, list[Any]]:
    if not isinstance(found, Mapping):
        raise InvalidMetricError("_aws is not an object")
    given = cast("Mapping[str, Any]", found)
    directives = given.get("CloudWatchMetrics")
    if not isinstance(directives, list):
        raise InvalidMetricError("_aws.CloudWatchMetrics is not a list")
    timestamp = given.get("Timestamp")
    if isinstance(timestamp, bool) or not isinstance(timestamp, int):
        raise InvalidMetricError("_aws.Timestamp is not a number of milliseconds")
    return checked_time(timestamp / 1000, now), cast("list[Any]", directives)


def _directive(root: Mapping[str, Any], found: Any, at: int) -> Iterator[Measurement | str]:
    """Yield the metrics of a directive, and the reason of each that is broken."""
    try:
        directive = _object(found, "a directive")
        namespace = checked_namespace(directive.get("Namespace"))
        metrics = _list(directive.get("Metrics"), "metrics", MAX_METRICS)
        sets = _list(directive.get("Dimensions"), "dimension sets", MAX_DIMENSIONS)
    except InvalidMetricError as error:
        yield str(error)
        return
    dimension_sets: list[dict[str, str]] = []
    for one in sets:
        try:
            dimension_sets.append(_dimensions(root, one))
        except InvalidMetricError as error:
            yield str(error)
    for one in metrics:
        try:
            metric = _object(one, "a metric")
            name, unit, values = _metric(root, metric)
        except InvalidMetricError as error:
            yield str(error)
            continue
        for dimensions in dimension_sets:
            key = sorted_dimensions(dimensions)
            yield Measurement(namespace, name, key, unit, at // MINUTE * MINUTE, values)


def _dimensions(root: Mapping[str, Any], found: Any) -> dict[str, str]:
    names = _list(found, "dimensions", MAX_DIMENSIONS)
    checked = [checked_name(name) for name in names]
    return {name: checked_dimension(name, root.get(name)) for name in checked}


def _metric(
    root: Mapping[str, Any], metric: Mapping[str, Any]
) -> tuple[str, str, dict[float, float]]:
    name = checked_name(metric.get("Name"))
    if metric.get("StorageResolution", 60) not in RESOLUTIONS:
        raise InvalidMetricError(f"{name}: StorageResolution is 1 or 60")
    if name not in root:
        raise InvalidMetricError(f"the line has no value for the metric {name!r}")
    value = root[name]
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    if len(values) > MAX_VALUES:
        raise InvalidMetricError(f"{name}: {len(values)} values are too many: use {MAX_VALUES}")
    try:
        unit = checked_unit(metric.get("Unit", "None"))
        return name, unit, checked_counts(values, [1] * len(values))
    except InvalidMetricError as error:
        raise InvalidMetricError(f"{name}: {error}") from error


def _object(found: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise InvalidMetricError(f"{what} is not an object")
    return cast("Mapping[str, Any]", found)


def _list(found: Any, what: str, limit: int) -> list[Any]:
    if not isinstance(found, list):
        raise InvalidMetricError(f"{what}: not a list")
    entries = cast("list[Any]", found)
    if len(entries) > limit:
        raise InvalidMetricError(f"{len(entries)} {what} are too many: use at most {limit}")
    return entries
