"""What moto's alarms lack: validation, composite alarms, states that the telemetry process reports.

Telemetry evaluates and owns the states; what it last reported is kept here, so that DescribeAlarms
also answers while it does not run.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.exceptions import CloudWatchException, InvalidParameterValue, ValidationError
from moto.cloudwatch.models import Alarm, CloudWatchBackend, cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from localcloud.account import ACCOUNT
from localcloud.aws.cloudwatch import validation
from localcloud.aws.cloudwatch.described import chosen, described, for_metric, page
from localcloud.telemetry.alarms.composite import cycle, parse_rule

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_RECORDS = 100
NEW = "Unchecked: Initial alarm creation"

_STATE = (
    "state_value",
    "state_reason",
    "state_reason_data",
    "state_updated_timestamp",
    "state_transitioned_timestamp",
)

_put_metric_alarm = CloudWatchResponse.put_metric_alarm
_stored = CloudWatchBackend.put_metric_alarm


class InvalidNextToken(CloudWatchException):
    """Raised for a token that DescribeAlarms did not return."""

    code = "InvalidNextToken"


def install() -> None:
    """Replace the operations."""
    responses: Any = CloudWatchResponse
    responses.put_metric_alarm = _put
    responses.put_composite_alarm = _put_composite
    responses.describe_alarms = _describe
    responses.describe_alarms_for_metric = _describe_for_metric
    responses.delete_alarms = _delete
    CloudWatchBackend.put_metric_alarm = _keeping_state  # type: ignore[method-assign]


def report(body: dict[str, Any]) -> None:
    """Merge states of alarms as telemetry reports them."""
    for region, states in body["states"].items():
        alarms = cloudwatch_backends[ACCOUNT][region].alarms
        for name, state in states.items():
            alarm: Any = alarms.get(name)
            if alarm is None:
                continue
            alarm.state_value = state["value"]
            alarm.state_reason = state["reason"]
            alarm.state_reason_data = state["reasonData"]
            alarm.state_updated_timestamp = _time(state["updated"])
            alarm.state_transitioned_timestamp = _time(state["transitioned"])


def _time(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).replace(tzinfo=None)


def _keeping_state(self: CloudWatchBackend, name: str, *args: Any, **kwargs: Any) -> Alarm:
    """Store an alarm; a new one has INSUFFICIENT_DATA, and an update leaves the state."""
    before: Any = self.alarms.get(name)
    alarm: Any = _stored(self, name, *args, **kwargs)
    if before is None:
        alarm.state_value = "INSUFFICIENT_DATA"
        alarm.state_reason, alarm.state_reason_data = NEW, ""
        alarm.state_transitioned_timestamp = alarm.state_updated_timestamp
    else:
        for attribute in _STATE:
            setattr(alarm, attribute, getattr(before, attribute, None))
    return alarm


def _refuse(problems: Iterable[tuple[str, str]], limits: Iterable[tuple[str, str]]) -> None:
    for member, reason in problems:
        raise ValidationError(f"{member} {reason}")
    for member, reason in limits:
        text = f"The local cloud does not support this value for the parameter {member}: {reason}"
        raise InvalidParameterValue(text)


def _put(self: Any) -> Any:
    alarm = self._get_params()
    _refuse(validation.metric_alarm_problems(alarm), validation.metric_alarm_limits(alarm))
    if not alarm.get("Metrics"):
        for member in ("MetricName", "Namespace", "Period", "Threshold"):
            if alarm.get(member) is None:
                raise ValidationError(f"{member} is required for an alarm without Metrics")
        if not (alarm.get("Statistic") or alarm.get("ExtendedStatistic")):
            raise ValidationError("Statistic or ExtendedStatistic is required")
    existing: Any = self.cloudwatch_backend.alarms.get(alarm["AlarmName"])
    if existing is not None and existing.rule is not None:
        raise ValidationError(f"{alarm['AlarmName']} is a composite alarm: use another name")
    return _put_metric_alarm(self)


def _put_composite(self: Any) -> Any:
    alarm, name = self._get_params(), self._get_param("AlarmName")
    _refuse(validation.composite_alarm_problems(alarm), validation.composite_alarm_limits(alarm))
    alarms: dict[str, Any] = self.cloudwatch_backend.alarms
    if name in alarms and alarms[name].rule is None:
        raise ValidationError(f"{name} is a metric alarm: use another name")
    children = parse_rule(alarm["AlarmRule"]).children
    missing = [child for child in children if child not in alarms and child != name]
    if missing:
        raise ValidationError(f"AlarmRule names alarms that do not exist: {', '.join(missing)}")
    rules = {one.name: parse_rule(one.rule).children for one in alarms.values() if one.rule}
    if path := cycle(name, {**rules, name: children}):
        raise ValidationError(f"AlarmRule refers to the alarm itself: {' -> '.join(path)}")
    self.cloudwatch_backend.put_metric_alarm(
        name=name,
        namespace=None,
        metric_name=None,
        comparison_operator=None,
        evaluation_periods=None,
        period=None,
        threshold=None,
        statistic=None,
        description=alarm.get("AlarmDescription"),
        dimensions=[],
        alarm_actions=alarm.get("AlarmActions") or [],
        ok_actions=alarm.get("OKActions") or [],
        insufficient_data_actions=alarm.get("InsufficientDataActions") or [],
        actions_enabled=alarm.get("ActionsEnabled", True),
        rule=alarm["AlarmRule"],
        tags=alarm.get("Tags") or [],
    )
    return EmptyResult()


def _describe(self: Any) -> Any:
    given = self._get_params()
    found = chosen(list(self.cloudwatch_backend.alarms.values()), given)
    try:
        found, token = page(found, given.get("NextToken"), given.get("MaxRecords") or MAX_RECORDS)
    except ValueError as error:
        raise InvalidNextToken(str(error)) from None
    result: dict[str, Any] = {
        "MetricAlarms": [described(one) for one in found if one.rule is None],
        "CompositeAlarms": [described(one) for one in found if one.rule is not None],
    }
    return ActionResult({**result, **({"NextToken": token} if token else {})})


def _describe_for_metric(self: Any) -> Any:
    found = for_metric(self.cloudwatch_backend.alarms.values(), self._get_params())
    return ActionResult({"MetricAlarms": [described(one) for one in found]})


def _delete(self: Any) -> Any:
    names = self._get_param("AlarmNames", [])
    alarms: dict[str, Any] = self.cloudwatch_backend.alarms
    for name in names:
        parents = [
            one.name
            for one in alarms.values()
            if one.rule and one.name not in names and name in parse_rule(one.rule).children
        ]
        if name in alarms and alarms[name].rule and parents:
            raise ValidationError(f"{name} is a child of the composite alarms {', '.join(parents)}")
    self.cloudwatch_backend.delete_alarms(names)
    return EmptyResult()
