"""`/alarms`: each alarm's state and reason, what happened, and ringing one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.telemetry.console.data import ConsoleError
from localcloud.telemetry.console.page import Action, Page
from localcloud.telemetry.metrics.catalogue import unmeasured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.telemetry.console.data import Request, Sources
    from localcloud.telemetry.console.page import Data

STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
MAX_ALARMS = 1000
HISTORY = 50
RUNG = "Set by hand on the page of the local environment."


async def load(sources: Sources, request: Request) -> Data:
    """Return the data of the page."""
    del request
    alarms: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    while len(alarms) < MAX_ALARMS:
        answer = await sources.aws(
            "cloudwatch", "DescribeAlarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"], **more
        )
        alarms += [_alarm(one, "metric") for one in answer.get("MetricAlarms") or ()]
        alarms += [_alarm(one, "composite") for one in answer.get("CompositeAlarms") or ()]
        if not answer.get("NextToken"):
            break
        more = {"NextToken": answer["NextToken"]}
    alarms.sort(key=lambda one: (STATES.index(one["state"]), one["name"]))
    history = await sources.aws("cloudwatch", "DescribeAlarmHistory", MaxRecords=HISTORY)
    return {
        "states": STATES,
        "alarms": alarms,
        "history": [
            {
                "time": _seconds(one.get("Timestamp")),
                "alarm": one.get("AlarmName"),
                "kind": one.get("HistoryItemType"),
                "summary": one.get("HistorySummary"),
            }
            for one in history.get("AlarmHistoryItems") or ()
        ],
    }


async def ring(sources: Sources, request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Set an alarm's state; its actions run as if it had changed by itself."""
    del request
    name, state = form.get("name", ""), form.get("state", "")
    if state not in STATES:
        raise ConsoleError(400, f"state={state} is refused.", f"Write one of {', '.join(STATES)}.")
    try:
        await sources.aws(
            "cloudwatch", "SetAlarmState", AlarmName=name, StateValue=state, StateReason=RUNG
        )
    except ClientError as error:
        raise ConsoleError(404, f"There is no alarm {name}.", "See /alarms.") from error
    return "/alarms", f"{name} is {state} until its next evaluation."


def _alarm(one: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        "name": one["AlarmName"],
        "kind": kind,
        "description": one.get("AlarmDescription", ""),
        "state": one.get("StateValue", "INSUFFICIENT_DATA"),
        "reason": one.get("StateReason", ""),
        "not_measured": sorted(set(_not_measured(one))),
        "since": _seconds(one.get("StateUpdatedTimestamp")),
        "watches": one.get("MetricName") or one.get("AlarmRule") or "metric math",
        "actions": list(one.get("AlarmActions") or ()),
        "actions_enabled": one.get("ActionsEnabled", True),
    }


def _not_measured(one: Mapping[str, Any]) -> Iterator[str]:
    """Yield why metrics that the alarm watches never have values here."""
    stats = [one["MetricStat"] for one in one.get("Metrics") or () if one.get("MetricStat")]
    for metric in [one, *(stat["Metric"] for stat in stats)]:
        name, dimensions = metric.get("MetricName"), metric.get("Dimensions") or ()
        if name:
            why = unmeasured(metric["Namespace"], name, [pair["Name"] for pair in dimensions])
            if why:
                yield f"{name} is not measured here: {why}"


def _seconds(moment: Any) -> float | None:
    return moment.timestamp() if hasattr(moment, "timestamp") else moment


PAGE = Page("alarms", "/alarms", "Alarms", load)
ACTIONS = (Action("/alarms/ring", ring),)
