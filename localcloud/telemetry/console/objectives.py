"""How much of each entrance's error budget is left, and how quick its responses are.

The metrics are those of its alarms: a function counts its invocations, also those by messages, and
the HTTP API counts the responses of all functions behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.metrics.store import KEPT_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localcloud.telemetry.console.data import Sources

BUDGET_DAYS = KEPT_DAYS
DAY, MINUTE = 86_400, 60
RECENT_MINUTES = 15
BUDGET_SECONDS = 10.0
"""How long the sums before the recent minutes are remembered: they read two weeks."""


@dataclass(frozen=True)
class Counted:
    """The metrics that count the requests of an entrance."""

    namespace: str
    requests: str
    errors: str
    latency: str
    dimensions: Mapping[str, str]
    to_ms: int = 1
    """What a latency is multiplied by."""


@dataclass(frozen=True)
class Entrance:
    """A service that has routes, or an HTTP API."""

    name: str
    counted: Sequence[Counted]
    availability: float | None
    """None if it promises nothing."""
    p99_ms: int | None = None


def of_service(sources: Sources, service: str) -> Entrance:
    """Return where the requests of *service* are counted, and what it promises.

    Without a route it promises nothing, as it has no alarms on an objective either.
    """
    about: Mapping[str, Any] = sources.services().get(service) or {}
    promised: Mapping[str, Any] = about.get("objectives") or {} if about.get("routes") else {}
    counted = [
        metrics
        for one in sources.catalogue().get("resources") or ()
        if one["service"] == service and (metrics := _metrics(one)) is not None
    ]
    return Entrance(service, counted, promised.get("availability"), promised.get("p99_ms"))


def apis(sources: Sources) -> Iterator[Entrance]:
    """Yield the HTTP APIs, which promise what the weakest service behind them does."""
    promised: Mapping[str, Any] = sources.catalogue().get("api_objectives") or {}
    for one in sources.catalogue().get("resources") or ():
        if one["type"] == "http-api":
            names = ("Count", "5xx", "Latency")
            counted = Counted("AWS/ApiGateway", *names, {"ApiId": one["id"]})
            yield Entrance(one["service"], [counted], promised.get("availability"))


def _metrics(resource: Mapping[str, Any]) -> Counted | None:
    if resource["type"] == "target-group":
        names = ("RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime")
        return Counted("AWS/ApplicationELB", *names, dict(resource["dimensions"]), to_ms=1000)
    if resource["type"] == "function":
        names = ("Invocations", "Errors", "Duration")
        return Counted("AWS/Lambda", *names, {"FunctionName": resource["id"]})
    return None


def budget(sources: Sources, entrance: Entrance) -> dict[str, Any]:
    """Return requests, errors and the share of the error budget that is left, in percent.

    What `recent` shows is in it: only the sums before that are remembered.
    """
    now = int(sources.clock())
    began, requests, errors = sources.remembered(
        f"requests of {entrance.name}", BUDGET_SECONDS, lambda: _older(sources, entrance, now)
    )
    latest = _sums(sources, entrance.counted, began, now, MINUTE)
    requests, errors = requests + latest[0], errors + latest[1]
    left = None
    if entrance.availability is not None and requests:
        left = 100 * (1 - errors / (requests * (100 - entrance.availability) / 100))
    return {
        "days": BUDGET_DAYS,
        "availability": entrance.availability,
        "p99_ms": entrance.p99_ms,
        "requests": requests,
        "errors": errors,
        "budget_left_percent": None if left is None else round(left, 1),
    }


def recent(sources: Sources, entrance: Entrance) -> dict[str, Any]:
    """Return requests, errors and the slowest minute's p99 of the last minutes."""
    now = int(sources.clock())
    start = now - RECENT_MINUTES * MINUTE
    requests, errors = _sums(sources, entrance.counted, start, now, MINUTE)
    slowest = max(
        (
            point.statistic("p99") * one.to_ms
            for one in entrance.counted
            for point in sources.metrics.series(
                one.namespace, one.latency, one.dimensions, start, now, MINUTE
            )
        ),
        default=None,
    )
    return {
        "minutes": RECENT_MINUTES,
        "requests": requests,
        "errors": errors,
        "p99_ms": None if slowest is None else round(slowest, 1),
    }


def _older(sources: Sources, entrance: Entrance, now: int) -> tuple[int, float, float]:
    """Return when the recent minutes began, and the requests and errors before that."""
    began = (now // MINUTE - RECENT_MINUTES) * MINUTE
    start = now - BUDGET_DAYS * DAY
    return (began, *_sums(sources, entrance.counted, start, began, DAY))


def _sums(
    sources: Sources, counted: Sequence[Counted], start: int, end: int, period: int
) -> tuple[float, float]:
    """Return the requests and errors of all *counted*."""

    def total(one: Counted, name: str) -> float:
        found = sources.metrics.series(
            one.namespace, name, one.dimensions, start // period * period, end, period
        )
        return sum(point.statistic("Sum") for point in found)

    return (
        sum(total(one, one.requests) for one in counted),
        sum(total(one, one.errors) for one in counted),
    )
