"""The bodies of dashboards: data that is computed from the parts of services."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from components.args import InvalidArgError
from components.observability.panels import ENVIRONMENT_PANELS, NAMESPACES, SERVICE_PANELS
from components.observability.parts import PartKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pulumi

    from components.observability.panels import Panel
    from components.observability.parts import Part, ServiceParts

MAX_WIDGETS = 500
MAX_METRICS = 500
"""Metrics of a widget."""
MAX_ALARMS = 100
"""Alarms of a widget."""
COLUMNS, WIDTH, HEIGHT = 24, 8, 6
SHOWN, BUDGET = "-PT3H", "-P28D"
"""Times that the charts and the error budget show."""
MINUTE, DAY = 60, 86_400
PERCENT = 100

_COUNTED = {
    PartKind.ENTRANCE: {"total": "RequestCount", "failed": "HTTPCode_Target_5XX_Count"},
    PartKind.FUNCTION: {"total": "Invocations", "failed": "Errors"},
}

Widget = dict[str, Any]


@dataclass
class _Grid:
    """Places widgets from left to right, in rows."""

    widgets: list[Widget] = field(default_factory=list[Widget])
    _x: int = 0
    _y: int = 0
    _row: int = 0

    def add(self, kind: str, properties: Mapping[str, Any], width: int, height: int) -> None:
        if self._x + width > COLUMNS:
            self.next_row()
        self.widgets.append(
            {
                "type": kind,
                "x": self._x,
                "y": self._y,
                "width": width,
                "height": height,
                "properties": dict(properties),
            }
        )
        self._x += width
        self._row = max(self._row, height)

    def next_row(self) -> None:
        self._x, self._y, self._row = 0, self._y + self._row, 0

    def body(self) -> dict[str, Any]:
        if len(self.widgets) > MAX_WIDGETS:
            want = f"CloudWatch draws at most {MAX_WIDGETS} widgets: leave services out"
            raise InvalidArgError("services", f"{len(self.widgets)} widgets", want)
        return {"start": SHOWN, "periodOverride": "inherit", "widgets": self.widgets}


def service_body(
    parts: ServiceParts, text: str, region: str, errors: pulumi.Input[str] | None
) -> dict[str, Any]:
    """Return the dashboard of a service: *text* is its head, *errors* a query of log lines."""
    grid = _Grid()
    grid.add("text", {"markdown": text}, COLUMNS, 4)
    _add_alarms(grid, "Alarms", list(parts.alarms.values()))
    grid.next_row()
    if parts.answering:
        grid.add("metric", _budget(parts, region), WIDTH, HEIGHT)
    for panel in SERVICE_PANELS:
        _add_panel(grid, panel, [parts], region)
    for own in parts.own:
        metric = [own.namespace, own.name, *chain(*own.dimensions.items())]
        rows = [[*metric, {"stat": own.statistic, "label": own.title}]]
        grid.add("metric", _chart(own.title, rows, region), WIDTH, HEIGHT)
    if errors is not None:
        grid.next_row()
        found = {"title": "Latest errors", "query": errors, "region": region, "view": "table"}
        grid.add("log", found, COLUMNS, HEIGHT + 2)
    return grid.body()


def environment_body(services: Sequence[ServiceParts], text: str, region: str) -> dict[str, Any]:
    """Return the dashboard of an environment, which shows *services* side by side."""
    grid = _Grid()
    grid.add("text", {"markdown": text}, COLUMNS, 4)
    for panel in ENVIRONMENT_PANELS:
        _add_panel(grid, panel, services, region)
    grid.next_row()
    for each in services:
        _add_alarms(grid, f"Alarms of {each.service}", list(each.alarms.values()), COLUMNS // 2)
    return grid.body()


def _add_alarms(
    grid: _Grid, title: str, arns: Sequence[pulumi.Input[str]], width: int = COLUMNS
) -> None:
    for start in range(0, len(arns), MAX_ALARMS):
        some = list(arns[start : start + MAX_ALARMS])
        grid.add("alarm", {"title": title, "alarms": some}, width, HEIGHT // 2)


def _add_panel(grid: _Grid, panel: Panel, services: Sequence[ServiceParts], region: str) -> None:
    rows = [row for each in services for row in _rows(panel, each, alone=len(services) == 1)]
    for start in range(0, len(rows), MAX_METRICS):
        chart = _chart(panel.title, rows[start : start + MAX_METRICS], region, panel.unit)
        if panel.objective is not None and len(services) == 1:
            slow = services[0].slow_ms
            line = {"label": f"objective of p99: {slow} ms", "value": slow / panel.objective}
            chart["annotations"] = {"horizontal": [line]}
        grid.add("metric", chart, WIDTH, HEIGHT)


def _rows(panel: Panel, parts: ServiceParts, *, alone: bool) -> Iterator[list[Any]]:
    """Yield the metrics of a chart; charts of many services show the last statistic of each."""
    shown = panel.shown
    if not alone:
        shown = tuple({(one.kind, one.metric): one for one in shown}.values())
    for part in parts.parts:
        for one in shown:
            if one.kind is part.kind:
                label = f"{part.name} {one.label}".rstrip()
                yield _row(one.of_namespace, one.metric, part, stat=one.statistic, label=label)


def _row(namespace: str, metric: str, part: Part, **options: Any) -> list[Any]:
    pairs = (value for pair in part.dimensions.items() for value in pair)
    return [namespace, metric, *pairs, options]


def _chart(title: str, rows: Sequence[Any], region: str, unit: str | None = None) -> dict[str, Any]:
    axis = {"left": {"min": 0, **({"label": unit, "showUnits": False} if unit else {})}}
    return {
        "title": title,
        "view": "timeSeries",
        "stacked": False,
        "region": region,
        "period": MINUTE,
        "metrics": list(rows),
        "yAxis": axis,
    }


def _budget(parts: ServiceParts, region: str) -> dict[str, Any]:
    """Return the widget of the error budget that is left, in percent of it.

    CloudWatch draws series only, so the sums of the whole time are added to a series of zeros.
    """
    rows: list[list[Any]] = []
    sums: dict[str, list[str]] = {"total": [], "failed": []}
    for number, part in enumerate(parts.answering):
        for sum_, metric in _COUNTED[part.kind].items():
            one = f"{sum_}{number}"
            namespace = NAMESPACES[part.kind]
            rows.append(_row(namespace, metric, part, id=one, stat="Sum", visible=False))
            sums[sum_].append(f"FILL({one}, 0)")
    share = round((PERCENT - parts.availability_percent) / PERCENT, 9)
    expression = (
        f"{PERCENT} - {PERCENT} * SUM(failed) / IF(SUM(total) > 0, SUM(total), 1) / {share:g}"
        " + 0 * total"
    )
    rows += [
        [{"id": sum_, "expression": " + ".join(filled), "visible": False}]
        for sum_, filled in sums.items()
    ]
    label = f"percent of the budget of {parts.availability_percent:g} %"
    rows.append([{"id": "left", "expression": expression, "label": label}])
    return {
        "title": "Error budget left (28 days)",
        "view": "singleValue",
        "region": region,
        "period": DAY,
        "start": BUDGET,
        "metrics": rows,
    }
