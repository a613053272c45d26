"""`/dashboards`: the dashboards of CloudWatch, drawn from the metrics of this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.telemetry.console import log_widget, times, widgets
from localcloud.telemetry.console.data import ConsoleError
from localcloud.telemetry.console.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from localcloud.telemetry.console.data import Request, Sources
    from localcloud.telemetry.console.page import Data

MINUTES = 60
DAY = 86_400
LONG_SECONDS = 10.0
"""How long a chart of more than a day is remembered: it reads many minutes."""
MAX_ALARMS = 100
"""Alarms of one DescribeAlarms."""
ARN_NAME = 6
"""Position of the name in the ARN of an alarm."""


async def load_all(sources: Sources, request: Request) -> Data:
    """Return the names of the dashboards."""
    del request
    answer = await sources.aws("cloudwatch", "ListDashboards")
    return {"dashboards": [one["DashboardName"] for one in answer.get("DashboardEntries") or ()]}


async def load_one(sources: Sources, request: Request) -> Data:
    """Return what the widgets of a dashboard show."""
    name = request.path["name"]
    try:
        answer = await sources.aws("cloudwatch", "GetDashboard", DashboardName=name)
    except ClientError as error:
        raise ConsoleError(404, f"There is no dashboard {name}.", "See /dashboards.") from error
    body = json.loads(answer["DashboardBody"])
    minutes = request.minutes(times.minutes(body.get("start")) or MINUTES)
    end = int(sources.clock()) // 60 * 60 + 60
    start = end - minutes * 60
    states = await _states(sources, body.get("widgets") or ())
    return {
        "name": name,
        "minutes": minutes,
        "start": start,
        "end": end,
        "widgets": [
            await _widget(sources, one, start, end, states) for one in body.get("widgets") or ()
        ],
    }


async def _states(sources: Sources, widgets_: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the states of the alarms that widgets name."""
    names = list(dict.fromkeys(name for one in widgets_ for name in _alarms(one)))
    states: dict[str, str] = {}
    for start in range(0, len(names), MAX_ALARMS):
        answer = await sources.aws(
            "cloudwatch",
            "DescribeAlarms",
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            AlarmNames=names[start : start + MAX_ALARMS],
            MaxRecords=MAX_ALARMS,
        )
        for one in (*(answer.get("MetricAlarms") or ()), *(answer.get("CompositeAlarms") or ())):
            states[one["AlarmName"]] = one.get("StateValue", "INSUFFICIENT_DATA")
    return states


def _alarms(widget: Mapping[str, Any]) -> list[str]:
    """Return the names of the alarms of an alarm widget."""
    if widget.get("type") != "alarm":
        return []
    arns: Sequence[str] = (widget.get("properties") or {}).get("alarms") or ()
    return [arn.split(":", ARN_NAME)[-1] for arn in arns]


async def _widget(
    sources: Sources, one: Mapping[str, Any], start: int, end: int, states: Mapping[str, str]
) -> dict[str, Any]:
    properties: Mapping[str, Any] = one.get("properties") or {}
    kind = str(one.get("type"))
    own = times.minutes(properties.get("start"))
    if own is not None:
        start = end - own * 60
    about = {"type": kind, "title": str(properties.get("title") or ""), "start": start}
    if kind == "metric":
        if end - start <= DAY:
            return about | widgets.metric_widget(sources, properties, start, end)
        return about | sources.remembered(
            f"chart of {end - start} s: {json.dumps(properties)}",
            LONG_SECONDS,
            lambda: widgets.metric_widget(sources, properties, start, end),
        )
    if kind == "text":
        return about | {"text": str(properties.get("markdown") or "")}
    if kind == "alarm":
        return about | {
            "problem": "",
            "alarms": [
                {"name": name, "state": states.get(name, "missing")} for name in _alarms(one)
            ],
        }
    if kind == "log":
        return about | await log_widget.rows(sources, properties, start, end)
    return about | {"problem": f"Widgets of type {kind} are not drawn."}


LIST = Page("dashboards", "/dashboards", "Dashboards", load_all)
ONE = Page("dashboard", "/dashboards/{name}", "Dashboard", load_one, in_menu=False)
