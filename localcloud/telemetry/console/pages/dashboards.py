"""`/dashboards`: the dashboards of CloudWatch, drawn from the metrics of this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.telemetry.console import widgets
from localcloud.telemetry.console.data import ConsoleError
from localcloud.telemetry.console.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.console.data import Request, Sources
    from localcloud.telemetry.console.page import Data

MINUTES = 60
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
    minutes = request.minutes(MINUTES)
    end = int(sources.clock()) // 60 * 60 + 60
    start = end - minutes * 60
    body = json.loads(answer["DashboardBody"])
    states: dict[str, str] = {}
    if any(one.get("type") == "alarm" for one in body.get("widgets") or ()):
        alarms = await sources.aws(
            "cloudwatch", "DescribeAlarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        found = [*(alarms.get("MetricAlarms") or ()), *(alarms.get("CompositeAlarms") or ())]
        states = {one["AlarmName"]: one.get("StateValue", "INSUFFICIENT_DATA") for one in found}
    return {
        "name": name,
        "minutes": minutes,
        "start": start,
        "end": end,
        "widgets": [_widget(sources, one, start, end, states) for one in body.get("widgets") or ()],
    }


def _widget(
    sources: Sources, one: Mapping[str, Any], start: int, end: int, states: Mapping[str, str]
) -> dict[str, Any]:
    properties: Mapping[str, Any] = one.get("properties") or {}
    kind = str(one.get("type"))
    about = {"type": kind, "title": str(properties.get("title") or "")}
    if kind == "metric":
        return about | widgets.metric_widget(sources, properties, start, end)
    if kind == "text":
        return about | {"text": str(properties.get("markdown") or "")}
    if kind == "alarm":
        names = [arn.split(":", ARN_NAME)[-1] for arn in properties.get("alarms") or ()]
        return about | {
            "alarms": [{"name": one, "state": states.get(one, "missing")} for one in names]
        }
    if kind == "log":
        return about | {"query": str(properties.get("query") or "")}
    return about | {"problem": f"Widgets of type {kind} are not drawn."}


LIST = Page("dashboards", "/dashboards", "Dashboards", load_all)
ONE = Page("dashboard", "/dashboards/{name}", "Dashboard", load_one, in_menu=False)
