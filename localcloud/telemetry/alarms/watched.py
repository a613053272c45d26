"""The datapoints of a metric alarm: sliding windows that end with the last whole minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.measurements import MINUTE
from localcloud.telemetry.alarms.evaluation import (
    EXTRA_PERIODS,
    NOT_MEASURED,
    Condition,
    State,
    Treatment,
)
from localcloud.telemetry.alarms.math.queries import QueryError, period_of, results
from localcloud.telemetry.metrics.histogram import merged
from localcloud.telemetry.metrics.statistics import STATISTICS, Datapoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from localcloud.telemetry.alarms.evaluation import Point
    from localcloud.telemetry.alarms.math.evaluate import Series
    from localcloud.telemetry.metrics.store import MetricStore

DAY, HOUR = 86_400, 3_600
DYNAMODB = "AWS/DynamoDB"
INSIGHTS, RUNNING, DESIRED = "ECS/ContainerInsights", "RunningTaskCount", "DesiredTaskCount"


@dataclass(frozen=True)
class Watched:
    """What an alarm is evaluated on."""

    points: Sequence[Point]
    """The evaluation range, the latest period last."""
    condition: Condition
    period: int
    start: int
    """Start of the evaluated periods, in seconds since the epoch."""
    enough_samples: bool
    """Whether the latest percentile has as many samples as it needs, if that was asked for."""


def queries_of(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the metric data queries of an alarm, also of one without metric math."""
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    metric = {name: alarm.get(name) for name in ("Namespace", "MetricName", "Dimensions")}
    statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
    stat = {"Metric": metric, "Period": alarm["Period"], "Stat": statistic}
    return [{"Id": "m1", "MetricStat": {**stat, "Unit": alarm.get("Unit")}, "ReturnData": True}]


def is_due(alarm: Mapping[str, Any], end: int) -> bool:
    """Return whether the alarm is evaluated at *end*: each minute, or hourly above one day."""
    seconds = period_of(queries_of(alarm)) * int(alarm["EvaluationPeriods"])
    return seconds <= DAY or end % HOUR == 0


def watched(
    store: MetricStore,
    alarm: Mapping[str, Any],
    end: int,
    current: State,
    off: Callable[[int, int], Sequence[tuple[int, int]]] = lambda _start, _end: (),
) -> Watched:
    """Return the datapoints of an alarm up to *end*; raises ValueError for what has none.

    *off* returns the spans of a time in which the service of the alarm did not run here.
    """
    queries = queries_of(alarm)
    period, condition = period_of(queries), condition_of(alarm, queries)
    count = condition.periods + EXTRA_PERIODS
    grid = range(end - count * period, end, period)
    present: set[int] = set()
    not_run: set[int] = set()
    samples: list[tuple[str, float]] = []

    def fetch(stat: Mapping[str, Any], _: int) -> Series:
        points = _sliding(store, stat, grid, period)
        present.update(points)
        not_run.update(_without_tasks(store, stat, grid, period).difference(points))
        if grid[-1] in points:
            samples.append((stat["Stat"], points[grid[-1]].count))
        return {time: point.statistic(stat["Stat"]) for time, point in points.items()}

    found = results(queries, grid, period, fetch)
    value = found[next(one["Id"] for one in queries if one.get("ReturnData", True))]
    if not isinstance(value, dict):
        raise QueryError("the query returns no time series")
    measured, without = store.measured(grid[0], end), off(grid[0], end)
    unknown_as_missing = (
        current is State.INSUFFICIENT_DATA and condition.treatment is Treatment.NOT_BREACHING
    )
    evaluated = set(grid[-condition.periods :])
    points: list[Point] = []
    for time in grid:
        known = time in present or unknown_as_missing or time not in evaluated
        ran = _covers(measured, time, time + period) and time not in not_run
        ran = ran and not any(began < time + period and time < ended for began, ended in without)
        if known or ran:
            points.append(value.get(time))
        else:
            points.append(NOT_MEASURED)
    ignore_low = alarm.get("EvaluateLowSampleCountPercentile") == "ignore"
    enough = not ignore_low or all(n >= needed_samples(name) for name, n in samples)
    return Watched(points, condition, period, grid[-condition.periods], enough)


def condition_of(alarm: Mapping[str, Any], queries: Sequence[Mapping[str, Any]]) -> Condition:
    """Return the condition of a metric alarm."""
    namespaces = {
        (one.get("MetricStat") or {}).get("Metric", {}).get("Namespace") for one in queries
    }
    treatment = Treatment(alarm.get("TreatMissingData") or Treatment.MISSING)
    if DYNAMODB in namespaces:  # whatever was chosen, says PutMetricAlarm's reference
        treatment = Treatment.IGNORE
    periods = int(alarm["EvaluationPeriods"])
    return Condition(
        comparison=alarm["ComparisonOperator"],
        threshold=float(alarm["Threshold"]),
        periods=periods,
        to_alarm=int(alarm.get("DatapointsToAlarm") or periods),
        treatment=treatment,
    )


def needed_samples(statistic: str) -> float:
    """Return the samples without which a percentile says nothing, as AWS documents it."""
    if statistic in STATISTICS:
        return 0
    share = float(statistic.removeprefix("p")) / 100
    tail = min(share, 1 - share)
    return 10 / tail if tail > 0 else 0


def _sliding(
    store: MetricStore, stat: Mapping[str, Any], grid: range, period: int
) -> dict[int, Datapoint]:
    metric = stat["Metric"]
    dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions") or ()}
    minutes = store.series(
        metric["Namespace"],
        metric["MetricName"],
        dimensions,
        grid[0],
        grid[-1] + period,
        MINUTE,
        stat.get("Unit"),
    )
    grouped: dict[int, list[Datapoint]] = {}
    for one in minutes:
        grouped.setdefault(grid[0] + (one.time - grid[0]) // period * period, []).append(one)
    percentile = stat["Stat"] not in STATISTICS
    return {time: _joined(time, points, percentile) for time, points in grouped.items()}


def _without_tasks(
    store: MetricStore, stat: Mapping[str, Any], grid: range, period: int
) -> set[int]:
    """Return the periods in which the service of *stat* was off on this machine.

    Its number of running tasks is not measured then, and no task is desired; a service that runs
    and is scaled to 0 has a measured 0.
    """
    metric = stat["Metric"]
    if (metric["Namespace"], metric["MetricName"]) != (INSIGHTS, RUNNING):
        return set()
    desired = {"Metric": {**metric, "MetricName": DESIRED}, "Stat": "Maximum"}
    points = _sliding(store, desired, grid, period)
    return {time for time, point in points.items() if point.maximum == 0}


def _joined(time: int, points: list[Datapoint], percentile: bool) -> Datapoint:
    return Datapoint(
        time=time,
        count=sum(one.count for one in points),
        total=sum(one.total for one in points),
        minimum=min(one.minimum for one in points),
        maximum=max(one.maximum for one in points),
        values=merged(one.values for one in points) if percentile else {},
        unit=points[0].unit,
    )


def _covers(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(began <= start and end <= ended for began, ended in spans)
