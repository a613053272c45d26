"""Draws the widgets of a CloudWatch dashboard: text, metrics with metric math, alarms."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.alarms.math import queries
from localcloud.telemetry.console.charts import Chart, Line
from localcloud.telemetry.console.shapes import Gauge
from localcloud.telemetry.metrics.catalogue import unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localcloud.telemetry.console.data import Sources

DEFAULT_PERIOD = 300
MAX_LINES = 40
LINES, BARS, PIE, TABLE, NUMBERS, GAUGE = (
    *("timeSeries", "bar", "pie", "table"),
    *("singleValue", "gauge"),
)
DRAWN = (LINES, BARS, PIE, TABLE, NUMBERS, GAUGE)
"""All but lines and tables show the latest value of each line."""
MAX_POINTS = 1440


def metric_widget(
    sources: Sources, properties: Mapping[str, Any], start: int, end: int
) -> dict[str, Any]:
    """Return a widget's lines and thresholds, or why it is not drawn."""
    view = str(properties.get("view") or LINES)
    period = int(properties.get("period") or DEFAULT_PERIOD)
    if view != LINES and properties.get("setPeriodToTimeRange"):
        period = end - start
    period = max(period, (end - start) // MAX_POINTS // 60 * 60, 60)
    start = start // period * period
    asked = list(_queries(properties, period))
    grid = range(start, end, period)

    def fetch(stat: Mapping[str, Any], seconds: int) -> dict[int, float]:
        metric = stat["Metric"]
        dimensions = {one["Name"]: one["Value"] for one in metric["Dimensions"]}
        found = sources.metrics.series(
            metric["Namespace"], metric["MetricName"], dimensions, start, end, seconds
        )
        return {one.time: one.statistic(stat["Stat"]) for one in found}

    try:
        values = queries.results(asked, grid, period, fetch)
    except queries.QueryError as error:
        about = {"lines": [], "thresholds": [], "period": period, "view": view}
        return about | {"problem": str(error)}
    lines = [
        {"label": one["Label"], "points": sorted(series.items())}
        for one in asked
        if one["Visible"]
        for series in _series(values[one["Id"]], grid)
    ]
    annotations: Sequence[Any] = (properties.get("annotations") or {}).get("horizontal") or ()
    thresholds = [
        (str(one.get("label") or one["value"]), float(one["value"]))
        for one in annotations
        if isinstance(one, dict) and isinstance(one.get("value"), (int, float))
    ]
    problems = [f"{MAX_LINES} of {len(lines)} lines are drawn."] if lines[MAX_LINES:] else []
    if view not in DRAWN:
        problems.append(f"The view {view} is drawn as lines.")
    if view == LINES and properties.get("stacked"):
        problems.append("Stacked lines are drawn as lines.")
    scale = _scale(properties)
    if view == GAUGE and scale is None:
        problems.append("A gauge needs yAxis.left.min, and above it yAxis.left.max.")
    if view == PIE and any(value < 0 for one in lines for _, value in one["points"][-1:]):
        problems.append("A pie has no slices for negative values.")
    problems += (f"{why}." for why in dict.fromkeys(_not_measured(asked)))
    return {
        "view": view,
        "lines": lines[:MAX_LINES],
        "thresholds": thresholds,
        "period": period,
        "scale": scale,
        "sparkline": bool(properties.get("sparkline")),
        "problem": " ".join(problems),
    }


def chart(title: str, widget: Mapping[str, Any], start: int, end: int) -> Chart:
    """Return the chart of a widget's data."""
    lines = [Line(one["label"], one["points"]) for one in widget["lines"]]
    return Chart(title, start, end, lines, widget["thresholds"], widget["period"])


def latest(widget: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Return the label and the latest value of each line; nan without one."""
    return [
        (one["label"], one["points"][-1][1] if one["points"] else math.nan)
        for one in widget["lines"]
    ]


def gauges(widget: Mapping[str, Any]) -> list[Gauge]:
    """Return the gauge of each line that has a value; none without a scale."""
    if not widget.get("scale"):
        return []
    low, high = widget["scale"]
    return [
        Gauge(label, value, low, high, widget["thresholds"])
        for label, value in latest(widget)
        if math.isfinite(value)
    ]


def table(widget: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a table: each line with its latest, least, largest and mean value."""
    found: list[dict[str, Any]] = []
    for one in widget["lines"]:
        values = [value for _, value in one["points"]]
        row: dict[str, Any] = {"label": one["label"]}
        if values:
            mean = statistics.fmean(values)
            row |= {"latest": values[-1], "min": min(values), "max": max(values), "mean": mean}
        found.append(row)
    return found


def _scale(properties: Mapping[str, Any]) -> tuple[float, float] | None:
    axis: Any = (properties.get("yAxis") or {}).get("left") or {}
    low, high = axis.get("min"), axis.get("max")
    numbers = all(isinstance(one, (int, float)) for one in (low, high))
    return (float(low), float(high)) if numbers and low < high else None


def _not_measured(asked: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield why metrics of the widget never have values here."""
    for metric in (one["MetricStat"]["Metric"] for one in asked if "MetricStat" in one):
        names = [one["Name"] for one in metric["Dimensions"]]
        if why := unmeasured(metric["Namespace"], metric["MetricName"], names):
            yield f"{metric['MetricName']} is not measured here: {why}"


def _series(value: Any, grid: range) -> list[Mapping[int, float]]:
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list):
        return [one for one in value if isinstance(one, dict)]
    return [dict.fromkeys(grid, float(value))]


def _queries(properties: Mapping[str, Any], period: int) -> Iterator[dict[str, Any]]:
    """Yield the queries of `metrics`, whose rows repeat their predecessors by '.' and '...'."""
    before: list[str] = []
    rows: Sequence[Any] = properties.get("metrics") or ()
    for number, row in enumerate(rows):
        options: Mapping[str, Any] = row[-1] if row and isinstance(row[-1], dict) else {}
        about = {
            "Id": str(options.get("id") or f"unnamed{number}"),
            "Visible": options.get("visible", True),
        }
        if "expression" in options:
            label = str(options.get("label") or options["expression"])
            yield {**about, "Label": label, "Expression": str(options["expression"])}
            continue
        before = _expanded([str(one) for one in row if not isinstance(one, dict)], before)
        if len(before) < 2:  # noqa: PLR2004 - namespace and name
            continue
        namespace, name, pairs = before[0], before[1], before[2:]
        stat = str(options.get("stat") or properties.get("stat") or "Average")
        dimensions = [
            {"Name": one, "Value": other}
            for one, other in zip(pairs[::2], pairs[1::2], strict=False)
        ]
        metric = {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions}
        label = str(options.get("label") or " ".join([name, *pairs[1::2], stat]))
        stated = {"Metric": metric, "Period": period, "Stat": stat}
        yield {**about, "Label": label, "MetricStat": stated}


def _expanded(row: list[str], before: list[str]) -> list[str]:
    if row[:1] == ["..."]:
        rest = row[1:]
        row = before[: len(before) - len(rest)] + rest
    return [
        before[index] if one == "." and index < len(before) else one
        for index, one in enumerate(row)
    ]
