"""CloudWatch's operations on metric data."""

from __future__ import annotations

import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from localcloud.measurements import MINUTE, Measurement, sorted_dimensions
from localcloud.telemetry.metrics.get_metric_data import get_metric_data
from localcloud.telemetry.metrics.parameters import check_period, invalid, named_dimensions
from localcloud.telemetry.metrics.statistics import STATISTICS, UnknownStatisticError, percent_of
from localcloud.telemetry.metrics.values import (
    InvalidMetricError,
    checked_counts,
    checked_name,
    checked_namespace,
    checked_time,
    checked_unit,
    checked_value,
)
from localcloud.telemetry.operations import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.metrics.statistics import Datapoint
    from localcloud.telemetry.metrics.store import Metric, MetricStore
    from localcloud.telemetry.operations import Call, Handler

MAX_METRICS = 1_000
MAX_VALUES = 150
MAX_DATAPOINTS = 1_440
PAGE = 500
RECENT_SECONDS = 3 * 3600


def operations(store: MetricStore) -> dict[str, Handler]:
    """Return the handlers by the operation's name."""
    return {
        "PutMetricData": partial(_put_metric_data, store),
        "GetMetricStatistics": partial(_get_metric_statistics, store),
        "GetMetricData": partial(get_metric_data, store),
        "ListMetrics": partial(_list_metrics, store),
    }


async def _put_metric_data(store: MetricStore, given: dict[str, Any], _: Call) -> dict[str, Any]:
    if given.get("EntityMetricData"):
        text = "EntityMetricData is not served by the local cloud: use MetricData"
        raise OperationError("NotImplemented", text, 501)
    entries: list[dict[str, Any]] = given.get("MetricData") or []
    if len(entries) > MAX_METRICS:
        raise invalid(f"{len(entries)} metrics are too many: send at most {MAX_METRICS}")
    now = time.time()
    found: list[Measurement] = []
    for index, entry in enumerate(entries):
        try:
            namespace = _own_namespace(given.get("Namespace"))
            found.append(_measurement(namespace, entry, now))
        except InvalidMetricError as error:
            raise invalid(f"MetricData.member.{index + 1}: {error}") from error
    store.add(found)
    return {}


def _own_namespace(given: Any) -> str:
    namespace = checked_namespace(given)
    if namespace.startswith("AWS/"):
        raise InvalidMetricError("Namespace must not begin with AWS/")
    return namespace


def _measurement(namespace: str, entry: dict[str, Any], now: float) -> Measurement:
    return Measurement(
        namespace=namespace,
        name=checked_name(entry.get("MetricName")),
        dimensions=sorted_dimensions(named_dimensions(entry.get("Dimensions"))),
        unit=checked_unit(entry.get("Unit") or "None"),
        time=checked_time(entry.get("Timestamp") or now, now) // MINUTE * MINUTE,
        values=_values(entry),
    )


def _values(entry: dict[str, Any]) -> dict[float, float]:
    given = [name for name in ("Value", "StatisticValues", "Values") if entry.get(name) is not None]
    if len(given) != 1:
        raise InvalidMetricError("give exactly one of Value, Values and StatisticValues")
    if given == ["Value"]:
        return {checked_value(entry["Value"]): 1.0}
    if given == ["Values"]:
        values = entry["Values"]
        if len(values) > MAX_VALUES:
            raise InvalidMetricError(f"{len(values)} values are too many: send {MAX_VALUES}")
        return checked_counts(values, entry.get("Counts") or [1.0] * len(values))
    return of_statistics(entry["StatisticValues"])


def of_statistics(given: Mapping[str, Any]) -> dict[float, float]:
    """Return a histogram whose count, sum, minimum and maximum are *given*.

    CloudWatch has no percentiles of such values; here they are those of this histogram.
    """
    names = ("SampleCount", "Sum", "Minimum", "Maximum")
    count, total, minimum, maximum = (checked_value(given.get(name)) for name in names)
    if count <= 0 or minimum > maximum:
        raise InvalidMetricError("SampleCount must be above 0, and Minimum at most Maximum")
    if minimum == maximum or count < 2:  # noqa: PLR2004 - one value, or two equal ones
        return {total / count: count}
    found = {minimum: 1.0, maximum: 1.0}
    if rest := count - 2:
        average = (total - minimum - maximum) / rest
        within = min(max(average, minimum), maximum)
        found[within] = found.get(within, 0.0) + rest
    return found


async def _get_metric_statistics(
    store: MetricStore, given: dict[str, Any], _: Call
) -> dict[str, Any]:
    start, end, period = int(given["StartTime"]), int(given["EndTime"]), int(given["Period"])
    check_period(period)
    start = start // MINUTE * MINUTE
    if start >= end:
        raise invalid("StartTime must be less than EndTime")
    if (end - start) / period > MAX_DATAPOINTS:
        text = f"more than {MAX_DATAPOINTS} datapoints: use a longer Period or a shorter time"
        raise OperationError("InvalidParameterCombination", text)
    plain: list[str] = given.get("Statistics") or []
    extended: list[str] = given.get("ExtendedStatistics") or []
    if not plain and not extended:
        text = "give at least one of Statistics and ExtendedStatistics"
        raise OperationError("InvalidParameterCombination", text)
    try:
        dimensions = named_dimensions(given.get("Dimensions"))
        for name in plain:
            if name not in STATISTICS:
                raise UnknownStatisticError(f"{name!r} is not one of {', '.join(STATISTICS)}")
        for name in extended:
            percent_of(name)
    except ValueError as error:
        raise invalid(str(error)) from error
    series = (given["Namespace"], given["MetricName"], dimensions)
    units = [given["Unit"]] if given.get("Unit") else store.units(*series, start, end)
    points = [
        _datapoint(point, plain, extended)
        for unit in units
        for point in store.series(*series, start, end, period, unit)
    ]
    return {"Label": given["MetricName"], "Datapoints": points}


def _datapoint(point: Datapoint, plain: list[str], extended: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: point.statistic(name) for name in plain}
    if extended:
        found["ExtendedStatistics"] = {name: point.statistic(name) for name in extended}
    return {"Timestamp": point.time, "Unit": point.unit, **found}


async def _list_metrics(store: MetricStore, given: dict[str, Any], call: Call) -> dict[str, Any]:
    since = None
    if recent := given.get("RecentlyActive"):
        if recent != "PT3H":
            raise invalid(f"RecentlyActive={recent!r} is refused: use PT3H")
        since = int(time.time()) - RECENT_SECONDS
    token = given.get("NextToken") or "0"
    if not re.fullmatch(r"\d{1,9}", token):
        raise invalid("NextToken is not one of this operation")
    wanted: list[dict[str, str]] = given.get("Dimensions") or []
    found = store.metrics(given.get("Namespace"), given.get("MetricName"), since)
    matching = [one for one in found if _matches(one, wanted)]
    start = int(token)
    page: dict[str, Any] = {"Metrics": [_listed(one) for one in matching[start : start + PAGE]]}
    if given.get("IncludeLinkedAccounts"):
        page["OwningAccounts"] = [call.account for _ in page["Metrics"]]
    more = {"NextToken": str(start + PAGE)} if start + PAGE < len(matching) else {}
    return {**page, **more}


def _matches(metric: Metric, wanted: list[dict[str, str]]) -> bool:
    has = dict(metric.dimensions)
    return all(
        one["Name"] in has and one.get("Value") in (None, "", has[one["Name"]]) for one in wanted
    )


def _listed(metric: Metric) -> dict[str, Any]:
    pairs = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": pairs}
