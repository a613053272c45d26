"""GetMetricData: several series at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from localcloud.measurements import MINUTE
from localcloud.telemetry.metrics.parameters import check_period, invalid, named_dimensions
from localcloud.telemetry.metrics.statistics import STATISTICS, percent_of
from localcloud.telemetry.operations import OperationError

if TYPE_CHECKING:
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
    results: list[dict[str, Any]] = []
    for query in queries:
        values = _values(store, query, start, end)
        if query.get("ReturnData") is False:
            continue
        newest_first = given.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        times = sorted(values, reverse=newest_first)
        results.append(
            {
                "Id": query["Id"],
                "Label": query.get("Label") or query["MetricStat"]["Metric"]["MetricName"],
                "Timestamps": times,
                "Values": [values[time] for time in times],
                "StatusCode": "Complete",
            }
        )
    if sum(len(one["Values"]) for one in results) > limit:
        raise invalid(f"more than {limit} datapoints: use longer periods or a shorter time")
    return {"MetricDataResults": results, "Messages": []}


def _values(store: MetricStore, query: dict[str, Any], start: int, end: int) -> dict[int, float]:
    if query.get("Expression"):
        text = "GetMetricData does not evaluate expressions in the local cloud: use MetricStat"
        raise OperationError("NotImplemented", text, HTTPStatus.NOT_IMPLEMENTED)
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
