"""DescribeAlarms: which alarms are chosen, and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.telemetry.alarms.composite import parse_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MEMBERS = {
    "ActionsEnabled": "actions_enabled",
    "AlarmActions": "alarm_actions",
    "AlarmArn": "alarm_arn",
    "AlarmConfigurationUpdatedTimestamp": "configuration_updated_timestamp",
    "AlarmDescription": "description",
    "AlarmName": "name",
    "InsufficientDataActions": "insufficient_data_actions",
    "OKActions": "ok_actions",
    "StateReason": "state_reason",
    "StateReasonData": "state_reason_data",
    "StateTransitionedTimestamp": "state_transitioned_timestamp",
    "StateUpdatedTimestamp": "state_updated_timestamp",
    "StateValue": "state_value",
}
_METRIC = {
    "ComparisonOperator": "comparison_operator",
    "DatapointsToAlarm": "datapoints_to_alarm",
    "EvaluateLowSampleCountPercentile": "evaluate_low_sample_count_percentile",
    "EvaluationPeriods": "evaluation_periods",
    "ExtendedStatistic": "extended_statistic",
    "MetricName": "metric_name",
    "Namespace": "namespace",
    "Period": "period",
    "Statistic": "statistic",
    "Threshold": "threshold",
    "TreatMissingData": "treat_missing_data",
    "Unit": "unit",
}


def described(alarm: Any) -> dict[str, Any]:
    """Return an alarm under the names of AWS."""
    if alarm.rule is not None:
        return {**_read(alarm, _MEMBERS), "AlarmRule": alarm.rule}
    found = {**_read(alarm, _MEMBERS), **_read(alarm, _METRIC)}
    if alarm.metric_data_queries:
        found["Metrics"] = [_query(one) for one in alarm.metric_data_queries]
    else:
        found["Dimensions"] = _dimensions(alarm)
    return found


def chosen(alarms: Sequence[Any], given: Mapping[str, Any]) -> list[Any]:
    """Return the alarms that DescribeAlarms was asked for, by name."""
    types = given.get("AlarmTypes") or ["MetricAlarm"]
    if given.get("ChildrenOfAlarmName") or given.get("ParentsOfAlarmName"):
        types = ["MetricAlarm", "CompositeAlarm"]
    wanted = [one for one in alarms if ("CompositeAlarm" if one.rule else "MetricAlarm") in types]
    if names := given.get("AlarmNames"):
        wanted = [one for one in wanted if one.name in names]
    if prefix := given.get("AlarmNamePrefix"):
        wanted = [one for one in wanted if one.name.startswith(prefix)]
    if prefix := given.get("ActionPrefix"):
        wanted = [one for one in wanted if any(a.startswith(prefix) for a in one.alarm_actions)]
    if state := given.get("StateValue"):
        wanted = [one for one in wanted if one.state_value == state]
    if parent := given.get("ChildrenOfAlarmName"):
        children = {n for one in alarms if one.name == parent for n in _children(one)}
        wanted = [one for one in wanted if one.name in children]
    if child := given.get("ParentsOfAlarmName"):
        wanted = [one for one in wanted if child in _children(one)]
    return sorted(wanted, key=lambda one: one.name)


def for_metric(alarms: Iterable[Any], given: Mapping[str, Any]) -> list[Any]:
    """Return the alarms of one metric, for DescribeAlarmsForMetric."""
    same = {
        "metric_name": given.get("MetricName"),
        "namespace": given.get("Namespace"),
        "statistic": given.get("Statistic"),
        "extended_statistic": given.get("ExtendedStatistic"),
        "period": given.get("Period"),
        "unit": given.get("Unit"),
    }
    wanted = {name: value for name, value in same.items() if value is not None}
    dimensions = sorted((one["Name"], one["Value"]) for one in given.get("Dimensions") or ())
    return [
        one
        for one in alarms
        if all(getattr(one, name) == value for name, value in wanted.items())
        and sorted((each.name, each.value) for each in one.dimensions) == dimensions
    ]


def page(found: Sequence[Any], token: str | None, size: int) -> tuple[list[Any], str | None]:
    """Return a page of alarms, and the token of the next; raises ValueError for another token."""
    names = [one.name for one in found]
    start = 0
    if token:
        if token not in names:
            raise ValueError("the token was not returned by this query")
        start = names.index(token)
    end = start + size
    return list(found[start:end]), names[end] if end < len(names) else None


def _children(alarm: Any) -> tuple[str, ...]:
    return parse_rule(alarm.rule).children if alarm.rule else ()


def _read(source: Any, members: Mapping[str, str]) -> dict[str, Any]:
    values = {member: getattr(source, name, None) for member, name in members.items()}
    return {member: value for member, value in values.items() if value is not None}


def _dimensions(source: Any) -> list[dict[str, str]]:
    return [{"Name": one.name, "Value": one.value} for one in source.dimensions]


def _query(query: Any) -> dict[str, Any]:
    names = {"Id": "id", "Label": "label", "Period": "period", "Expression": "expression"}
    found = _read(query, names)
    found["ReturnData"] = query.return_data is None or query.return_data is True
    if stat := query.metric_stat:
        metric = _read(stat.metric, {"Namespace": "namespace", "MetricName": "metric_name"})
        found["MetricStat"] = {
            "Metric": {**metric, "Dimensions": _dimensions(stat.metric)},
            **_read(stat, {"Period": "period", "Stat": "stat", "Unit": "unit"}),
        }
    return found
