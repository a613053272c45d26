"""How much of each service's error budget is left, and how quick its responses are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.telemetry.console.data import Metrics, Sources

BUDGET_DAYS = 28
DAY, MINUTE = 86_400, 60
RECENT_MINUTES = 15
BUDGET_SECONDS = 10.0
"""How long a budget is remembered: it sums four weeks."""

Names = tuple[str, str, str, str, dict[str, str]]
"""Namespace, metrics of requests, errors and latency, dimensions."""


def entrances(sources: Sources, service: str) -> Iterator[Names]:
    """Yield the metrics that count the requests of *service*."""
    for one in sources.catalogue().get("resources") or ():
        if one["service"] != service:
            continue
        if one["type"] == "target-group":
            names = ("RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime")
            yield ("AWS/ApplicationELB", *names, dict(one["dimensions"]))
        elif one["type"] == "function":
            dimensions = {"FunctionName": one["id"]}
            yield ("AWS/Lambda", "Invocations", "Errors", "Duration", dimensions)


def budget(sources: Sources, service: str) -> dict[str, Any]:
    """Return requests, errors and the share of the error budget that is left, in percent."""
    known = f"budget of {service}"
    return sources.remembered(known, BUDGET_SECONDS, lambda: _budget(sources, service))


def _budget(sources: Sources, service: str) -> dict[str, Any]:
    objectives: Mapping[str, Any] = sources.services().get(service, {}).get("objectives") or {}
    now = int(sources.clock())
    requests = errors = 0.0
    for namespace, total, failed, _, dimensions in entrances(sources, service):
        start = now - BUDGET_DAYS * DAY
        requests += _sum(sources.metrics, namespace, total, dimensions, start, now, DAY)
        errors += _sum(sources.metrics, namespace, failed, dimensions, start, now, DAY)
    allowed = requests * (100 - objectives.get("availability", 100.0)) / 100
    left = 100 * (1 - errors / allowed) if allowed else None if not errors else -100.0
    return {
        "availability": objectives.get("availability"),
        "p99_ms": objectives.get("p99_ms"),
        "requests": requests,
        "errors": errors,
        "budget_left_percent": None if left is None else round(left, 1),
    }


def recent(sources: Sources, service: str) -> dict[str, Any]:
    """Return requests, errors and the slowest minute's p99 of the last minutes."""
    now = int(sources.clock())
    start = now - RECENT_MINUTES * MINUTE
    requests = errors = 0.0
    slowest: float | None = None
    for namespace, total, failed, latency, dimensions in entrances(sources, service):
        requests += _sum(sources.metrics, namespace, total, dimensions, start, now, MINUTE)
        errors += _sum(sources.metrics, namespace, failed, dimensions, start, now, MINUTE)
        factor = 1 if namespace == "AWS/Lambda" else 1000  # milliseconds, or seconds
        series = sources.metrics.series(namespace, latency, dimensions, start, now, MINUTE)
        values = [one.statistic("p99") * factor for one in series]
        slowest = max([*values, *([] if slowest is None else [slowest])], default=None)
    return {
        "minutes": RECENT_MINUTES,
        "requests": requests,
        "errors": errors,
        "p99_ms": slowest if slowest is None else round(slowest, 1),
    }


def _sum(  # noqa: PLR0913, PLR0917 - a series
    metrics: Metrics,
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    start: int,
    end: int,
    period: int,
) -> float:
    found = metrics.series(namespace, name, dimensions, start, end, period)
    return sum(one.statistic("Sum") for one in found)
