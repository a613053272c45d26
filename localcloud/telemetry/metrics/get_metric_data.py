"""GetMetricData: several series at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.measurements import MINUTE
from localcloud.telemetry.alarms.math.queries import QueryError, period_of, results
from localcloud.telemetry.metrics.parameters import check_period, invalid, named_dimensions
from localcloud.telemetry.metrics.statistics import STATISTICS, percent_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.metrics.store import MetricStore
    from localcloud.telemetry.operations import Call

MAX_QUERIES = 500
MAX_DATAPOINTS = 100_800


async def get_metric_data(store: MetricStore, given: dict[str, Any], _: Call) -> dict[str, Any]:
    """Return the values of each query that returns data, latest first."""
    queries: list[dict[str, Any]] = given.get("MetricDataQueries") or []
    start, end = int(given["StartTime"]) // MINUTE * MINUTE, int(given["EndTime"])
    if len(queries) > MAX_QUERIES:
        raise invalid(f"{len(queries)} queries are too many: send at most {MAX_QUERIES}")
    if start >= end:
        raise invalid("StartTime must be less than EndTime")
    ids = [query["Id"] for query in queries]
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise invalid(f"the Id {min(twice)!r} is given twice")
    limit = int(given.get("MaxDatapoints") or MAX_DATAPOINTS)
    returned: list[dict[str, Any]] = []
    computed = _computed(store, queries, start, end)
    for query in queries:
        if query.get("Expression"):
            values = computed[query["Id"]]
        else:
            values = _values(store, query, start, end)
        if query.get("ReturnData") is False:
            continue
        newest_first = given.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        times = sorted(values, reverse=newest_first)
        returned.append(
            {
                "Id": query["Id"],
                "Label": query.get("Label") or _label(query),
                "Timestamps": times,
                "Values": [values[time] for time in times],
                "StatusCode": "Complete",
            }
        )
    if sum(len(one["Values"]) for one in returned) > limit:
        raise invalid(f"more than {limit} datapoints: use longer periods or a shorter time")
    return {"MetricDataResults": returned, "Messages": []}


def _label(query: Mapping[str, Any]) -> str:
    return query["Id"] if query.get("Expression") else query["MetricStat"]["Metric"]["MetricName"]


def _computed(
    store: MetricStore, queries: list[dict[str, Any]], start: int, end: int
) -> dict[str, dict[int, float]]:
    """Return the values of the expressions, all in the longest period of the queries."""
    expressions = [query["Id"] for query in queries if query.get("Expression")]
    if not expressions:
        return {}
    period = period_of(queries)
    check_period(period)

    def fetch(stat: Mapping[str, Any], period: int) -> dict[int, float]:
        query = {"Id": stat["Metric"]["MetricName"], "MetricStat": {**stat, "Period": period}}
        return _values(store, query, start, end)

    try:
        found = results(queries, range(start // period * period, end, period), period, fetch)
    except QueryError as error:
        raise invalid(str(error)) from error
    computed: dict[str, dict[int, float]] = {}
    for id_ in expressions:
        value = found[id_]
        if not isinstance(value, dict):
            raise invalid(f"the query {id_!r} is not a time series: use a metric in it")
        computed[id_] = value
    return computed


def _values(store: MetricStore, query: dict[str, Any], start: int, end: int) -> dict[int, float]:
    wanted = query.get("MetricStat")
    if not wanted:
        raise invalid(f"the query {query['Id']!r} has neither MetricStat nor Expression")
    metric, period, statistic = wanted["Metric"], int(wanted["Period"]), str(wanted["Stat"])
    check_period(period)
    try:
        if statistic not in STATISTICS:
            percent_of(statistic)
        dimensions = named_dimensions(metric.get("Dimensions"))
    except ValueError as error:
        raise invalid(f"the query {query['Id']!r}: {error}") from error
    found = store.series(
        metric["Namespace"],
        metric["MetricName"],
        dimensions,
        start,
        end,
        period,
        wanted.get("Unit"),
    )
    return {point.time: point.statistic(statistic) for point in found}
