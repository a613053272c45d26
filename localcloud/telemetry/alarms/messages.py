"""What CloudWatch sends when the state of an alarm changes."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.alarms.book import AlarmState

_TRIGGER = (
    "MetricName",
    "Namespace",
    "Unit",
    "Period",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "ComparisonOperator",
    "Threshold",
)


def iso(seconds: float) -> str:
    """Return a time as the messages have it: milliseconds and `+0000`."""
    time = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}+0000"


def subject(alarm: Mapping[str, Any], state: AlarmState, region: str) -> str:
    """Return the subject of the notification; SNS allows 100 characters."""
    name = alarm["AlarmName"]
    return f'{state.value}: "{name}" in {region}'[:100]


def notification(
    alarm: Mapping[str, Any], old: AlarmState, new: AlarmState, account: str, region: str
) -> str:
    """Return the JSON that SNS delivers."""
    found: dict[str, Any] = {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription"),
        "AWSAccountId": account,
        "NewStateValue": new.value,
        "NewStateReason": new.reason,
        "StateChangeTime": iso(new.transitioned),
        "Region": region,
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": old.value,
        "OKActions": alarm.get("OKActions") or [],
        "AlarmActions": alarm.get("AlarmActions") or [],
        "InsufficientDataActions": alarm.get("InsufficientDataActions") or [],
    }
    if "AlarmRule" in alarm:
        return json.dumps({**found, "AlarmRule": alarm["AlarmRule"]})
    updated = alarm.get("AlarmConfigurationUpdatedTimestamp")
    if isinstance(updated, dt.datetime):
        found["AlarmConfigurationUpdatedTimestamp"] = iso(updated.timestamp())
    return json.dumps({**found, "Trigger": _trigger(alarm)})


def _trigger(alarm: Mapping[str, Any]) -> dict[str, Any]:
    trigger: dict[str, Any] = {name: alarm.get(name) for name in _TRIGGER if alarm.get(name)}
    trigger["Threshold"] = alarm.get("Threshold")
    trigger["TreatMissingData"] = alarm.get("TreatMissingData") or "missing"
    trigger["EvaluateLowSampleCountPercentile"] = alarm.get("EvaluateLowSampleCountPercentile", "")
    if alarm.get("Metrics"):
        return {**trigger, "Metrics": alarm["Metrics"]}
    if alarm.get("Statistic"):
        trigger |= {"StatisticType": "Statistic", "Statistic": alarm["Statistic"].upper()}
    else:
        trigger |= {"StatisticType": "ExtendedStatistic"}
        trigger["ExtendedStatistic"] = alarm.get("ExtendedStatistic")
    dimensions = alarm.get("Dimensions") or ()
    trigger["Dimensions"] = [{"value": d["Value"], "name": d["Name"]} for d in dimensions]
    return trigger


def function_event(
    alarm: Mapping[str, Any], old: AlarmState, new: AlarmState, account: str, region: str
) -> dict[str, Any]:
    """Return the event that a function is invoked with."""
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm["AlarmArn"],
        "accountId": account,
        "time": iso(new.transitioned),
        "region": region,
        "alarmData": {
            "alarmName": alarm["AlarmName"],
            "state": _told(new),
            "previousState": _told(old),
            "configuration": configuration(alarm),
        },
    }


def event_detail(alarm: Mapping[str, Any], old: AlarmState, new: AlarmState) -> dict[str, Any]:
    """Return the detail of the EventBridge event `CloudWatch Alarm State Change`."""
    return {
        "alarmName": alarm["AlarmName"],
        "state": _told(new),
        "previousState": _told(old),
        "configuration": configuration(alarm),
    }


def configuration(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of an alarm as events have it."""
    found: dict[str, Any] = {"description": alarm.get("AlarmDescription") or ""}
    if "AlarmRule" in alarm:
        return {**found, "alarmRule": alarm["AlarmRule"]}
    if alarm.get("Metrics"):
        return {**found, "metrics": [_metric(one) for one in alarm["Metrics"]]}
    dimensions = {one["Name"]: one["Value"] for one in alarm.get("Dimensions") or ()}
    metric = {"namespace": alarm["Namespace"], "name": alarm["MetricName"]}
    stat = {
        "metric": {**metric, "dimensions": dimensions},
        "period": alarm["Period"],
        "stat": alarm.get("Statistic") or alarm.get("ExtendedStatistic"),
    }
    return {**found, "metrics": [{"id": "m1", "metricStat": stat, "returnData": True}]}


def _metric(query: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": query["Id"], "returnData": query.get("ReturnData", True)}
    if query.get("Expression"):
        return {**found, "expression": query["Expression"]}
    stat = query["MetricStat"]
    metric = stat["Metric"]
    dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions") or ()}
    named = {"namespace": metric["Namespace"], "name": metric["MetricName"]}
    return {
        **found,
        "metricStat": {
            "metric": {**named, "dimensions": dimensions},
            "period": stat["Period"],
            "stat": stat["Stat"],
        },
    }


def _told(state: AlarmState) -> dict[str, Any]:
    told = {"value": state.value, "reason": state.reason, "timestamp": iso(state.updated)}
    return {**told, "reasonData": state.reason_data} if state.reason_data else told
