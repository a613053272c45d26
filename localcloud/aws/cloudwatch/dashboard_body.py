"""What CloudWatch refuses in the body of a dashboard, and what the console does not draw."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.alarms.math.parser import parse
from localcloud.telemetry.alarms.math.tokens import MathError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_WIDGETS = 500
MAX_METRICS = 500  # CloudWatch's limit of a widget
COLUMNS, MAX_HEIGHT, MAX_ALARMS = 24, 1000, 100

NOT_DRAWN = ("custom", "explorer")
OVERRIDES = ("auto", "inherit")
VIEWS = ("timeSeries", "singleValue", "gauge", "bar", "pie", "table")
_ALARM = re.compile(r"arn:[\w-]+:cloudwatch:[\w-]+:\d+:alarm:.+")
_BODY = {"widgets", "start", "end", "periodOverride", "variables"}

Problem = tuple[str, str]
"""The path of a value in the body, and what is wrong with it."""


def problems(text: str) -> Iterator[Problem]:
    """Yield what is wrong with the body of a dashboard."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield "/", f"The field is not valid JSON: {error}"
        return
    if not isinstance(body, dict):
        yield "/", 'The dashboard body must be an object: {"widgets": [...]}'
        return
    for name in sorted(set(body) - _BODY):
        yield f"/{name}", f"unknown field: use {', '.join(sorted(_BODY))}"
    if body.get("variables"):
        yield "/variables", "dashboard variables are not drawn: write the values"
    override = body.get("periodOverride", "auto")
    if override not in OVERRIDES:
        yield "/periodOverride", f"is {override!r}: use {' or '.join(OVERRIDES)}"
    widgets = body.get("widgets", [])
    if not isinstance(widgets, list):
        yield "/widgets", "must be a list of widgets"
        return
    if len(widgets) > MAX_WIDGETS:
        yield "/widgets", f"has {len(widgets)} widgets: use at most {MAX_WIDGETS}"
    for number, widget in enumerate(widgets):
        yield from _widget(widget, f"/widgets/{number}")


def _widget(widget: Any, path: str) -> Iterator[Problem]:
    if not isinstance(widget, dict):
        yield path, "must be an object with type and properties"
        return
    kind = widget.get("type")
    if kind in NOT_DRAWN:
        yield f"{path}/type", f"widgets of the type {kind} are not drawn: use {_names()}"
        return
    if kind not in _PROPERTIES:
        yield f"{path}/type", f"is {kind!r}: use {_names()}"
        return
    limits = {"x": (0, COLUMNS - 1), "y": (0, 10**6), "width": (1, COLUMNS)}
    limits["height"] = (1, MAX_HEIGHT)
    for name, (low, high) in limits.items():
        value = widget.get(name, low)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            yield f"{path}/{name}", f"is {value!r}: use a whole number of {low} to {high}"
    properties = widget.get("properties")
    if not isinstance(properties, dict):
        yield f"{path}/properties", "is required: an object"
        return
    yield from _PROPERTIES[kind](properties, f"{path}/properties")


def _names() -> str:
    return ", ".join(sorted(_PROPERTIES))


def _text(properties: dict[str, Any], path: str) -> Iterator[Problem]:
    if not isinstance(properties.get("markdown"), str):
        yield f"{path}/markdown", "is required: a text"


def _log(properties: dict[str, Any], path: str) -> Iterator[Problem]:
    for name in ("query", "region"):
        if not isinstance(properties.get(name), str) or not properties[name]:
            yield f"{path}/{name}", "is required: a text"


def _alarm(properties: dict[str, Any], path: str) -> Iterator[Problem]:
    alarms = properties.get("alarms")
    if not isinstance(alarms, list) or not 1 <= len(alarms) <= MAX_ALARMS:
        yield f"{path}/alarms", f"is required: a list of 1 to {MAX_ALARMS} ARNs of alarms"
        return
    yield from _arns(alarms, f"{path}/alarms")


def _arns(alarms: list[Any], path: str) -> Iterator[Problem]:
    for number, arn in enumerate(alarms):
        if not isinstance(arn, str) or not _ALARM.fullmatch(arn):
            yield f"{path}/{number}", f"is {arn!r}: use the ARN of an alarm"


def _metric(properties: dict[str, Any], path: str) -> Iterator[Problem]:
    metrics, annotations = properties.get("metrics"), properties.get("annotations")
    alarms = annotations.get("alarms") if isinstance(annotations, dict) else None
    if not metrics and not alarms:
        yield f"{path}/metrics", "is required: a list of metrics (or annotations with an alarm)"
    if isinstance(alarms, list):
        yield from _arns(alarms, f"{path}/annotations/alarms")
    if metrics and not isinstance(properties.get("region"), str):
        yield f"{path}/region", "is required: a text"
    view = properties.get("view", VIEWS[0])
    if view not in VIEWS:
        yield f"{path}/view", f"is {view!r}: use {', '.join(VIEWS)}"
    period = properties.get("period", 60)
    whole = isinstance(period, int) and not isinstance(period, bool)
    if not whole or period < 1 or (period not in (1, 5, 10, 30) and period % 60):
        yield f"{path}/period", f"is {period!r}: use 1, 5, 10, 30 or a multiple of 60"
    if metrics is None:
        return
    if not isinstance(metrics, list) or len(metrics) > MAX_METRICS:
        yield f"{path}/metrics", f"must be a list of at most {MAX_METRICS} metrics"
        return
    before: list[Any] = []
    for number, metric in enumerate(metrics):
        yield from _one_metric(metric, before, f"{path}/metrics/{number}")
        if isinstance(metric, list) and metric and isinstance(metric[0], str):
            before = metric


def _one_metric(metric: Any, before: list[Any], path: str) -> Iterator[Problem]:
    if not isinstance(metric, list) or not metric:
        yield path, 'must be a list: ["namespace", "metric", "dimension", "value", {options}]'
        return
    options = metric[-1] if isinstance(metric[-1], dict) else {}
    names = metric[:-1] if isinstance(metric[-1], dict) else metric
    if not names:
        yield from _expression(options.get("expression"), path)
        return
    if not all(isinstance(one, str) for one in names):
        yield path, "names of metrics and dimensions are texts"
        return
    if not before and any(one in (".", "...") for one in names):
        yield path, "'.' and '...' repeat the metric before: there is none"
    elif "..." not in names and (len(names) < 2 or len(names) % 2):  # noqa: PLR2004 - pairs
        yield path, "has a dimension without a value: names and values come in pairs"


def _expression(expression: Any, path: str) -> Iterator[Problem]:
    if not isinstance(expression, str):
        yield path, "has neither a metric nor an expression"
        return
    try:
        parse(expression)
    except MathError as error:
        yield f"{path}/0/expression", str(error)


_PROPERTIES: dict[str, Callable[[dict[str, Any], str], Iterator[Problem]]] = {
    "alarm": _alarm,
    "log": _log,
    "metric": _metric,
    "text": _text,
}
