"""The calls that requests cause, by pair of services, and what to do about too many.

`kit.calls` writes a line in CloudWatch's embedded metric format for each request and callee. In the
local cloud, the lines are read from the logs; in an account, CloudWatch has them as metrics.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NAMESPACE = "Bulkhead"  # and the environment
CALLS, BYTES, TIME, WHOLE = "Calls", "CallBytes", "CallMilliseconds", "RequestMilliseconds"
SEVERAL = 1.5  # calls of one service per request: more are a loop
LARGE, ALMOST_ALL = 0.5, 0.8  # shares of the time of a request


@dataclass(frozen=True)
class Pair:
    """The calls of one service by another."""

    service: str
    callee: str
    requests: int
    """Requests with at least one call."""
    calls: int
    bytes: int
    milliseconds: float
    request_milliseconds: float

    @property
    def calls_per_request(self) -> float:
        """Calls of the callee per request that calls it."""
        return self.calls / self.requests if self.requests else 0.0

    @property
    def share_of_time(self) -> float:
        """Share of those requests' time that the calls take; above 1 if they overlap."""
        return self.milliseconds / self.request_milliseconds if self.request_milliseconds else 0.0

    @property
    def advice(self) -> list[str]:
        """What to do about it."""
        found: list[str] = []
        if self.calls_per_request > SEVERAL:
            found.append(f"batch: ask {self.callee} for several at once")
        if self.share_of_time > LARGE:
            found.append("cache: keep the responses that may be some seconds old")
            found.append(f"event: keep a copy, from what {self.callee} publishes")
        if self.share_of_time > ALMOST_ALL and self.calls_per_request > SEVERAL:
            found.append(f"merge: consider one service in place of {self.service}, {self.callee}")
        return found


def of_logs(logs: Path, since: dt.datetime) -> list[Pair]:
    """Return the pairs in the log files of *logs*, the most calls per request first."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for file in sorted(logs.glob("*.log")) if logs.is_dir() else ():
        with file.open(errors="replace") as lines:
            for values in _measured(lines, since):
                found[str(values["service"]), str(values["callee"])].append(values)
    return _sorted(
        Pair(
            service,
            callee,
            requests=len(values),
            calls=int(sum(one[CALLS] for one in values)),
            bytes=int(sum(one[BYTES] for one in values)),
            milliseconds=sum(one[TIME] for one in values),
            request_milliseconds=sum(one[WHOLE] for one in values),
        )
        for (service, callee), values in found.items()
    )


def _measured(lines: Iterable[str], since: dt.datetime) -> Iterator[dict[str, Any]]:
    earliest = since.timestamp() * 1000
    for line in lines:
        if f'"{WHOLE}"' not in line:
            continue
        try:
            values = json.loads(line[line.index("{") :])
            if values["_aws"]["Timestamp"] >= earliest and "callee" in values:
                yield values
        except (ValueError, KeyError, TypeError):
            continue  # a line that was cut off, or is of something else


def of_metrics(
    cloudwatch: Any, environment: str, since: dt.datetime, until: dt.datetime
) -> list[Pair]:
    """Return the pairs in the metrics of an environment, the most calls per request first."""
    namespace = f"{NAMESPACE}/{environment}"
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=namespace, MetricName=CALLS)
    listed = [
        {one["Name"]: one["Value"] for one in metric["Dimensions"]}
        for page in pages
        for metric in page["Metrics"]
    ]
    pairs = [(one["service"], one["callee"]) for one in listed if {"service", "callee"} == {*one}]
    asked = [(CALLS, "SampleCount"), *product((CALLS, BYTES, TIME, WHOLE), ("Sum",))]
    found: list[Pair] = []
    for service, callee in pairs:
        answer = cloudwatch.get_metric_data(
            StartTime=since,
            EndTime=until,
            MetricDataQueries=[
                _query(f"m{index}", namespace, (service, callee), metric, statistic)
                for index, (metric, statistic) in enumerate(asked)
            ],
        )
        sums = {one["Id"]: sum(one["Values"]) for one in answer["MetricDataResults"]}
        count, calls, size, took, whole = (sums.get(f"m{index}", 0) for index in range(len(asked)))
        if count:
            found.append(Pair(service, callee, int(count), int(calls), int(size), took, whole))
    return _sorted(found)


def _query(
    key: str, namespace: str, pair: tuple[str, str], metric: str, statistic: str
) -> dict[str, Any]:
    of = dict(zip(("service", "callee"), pair, strict=True))
    return {
        "Id": key,
        "MetricStat": {
            "Metric": {
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in of.items()],
            },
            "Period": 3600,
            "Stat": statistic,
        },
    }


def _sorted(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda one: (-one.calls_per_request, one.service, one.callee))
