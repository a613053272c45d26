"""Rows of metric alarms and composite alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.cloudwatch.validation import (
    composite_alarm_limits,
    composite_alarm_problems,
    metric_alarm_limits,
    metric_alarm_problems,
)
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")


def alarm_members(context: Context) -> Properties:
    """Return the members of an alarm whose form differs from the inputs."""
    members: dict[str, Any] = {"ActionsEnabled": context.inputs.get("actionsEnabled", True)}
    queries = context.inputs.get("metricQueries")
    if queries:
        members["Metrics"] = [query(item) for item in queries]
    return members


def query(item: dict[str, Any]) -> dict[str, Any]:
    """Return a metric query in AWS's form."""
    names = {"id": "Id", "expression": "Expression", "label": "Label", "accountId": "AccountId"}
    names["period"] = "Period"
    found: dict[str, Any] = {names[key]: item[key] for key in names if item.get(key) is not None}
    found["ReturnData"] = bool(item.get("returnData", False))
    metric = item.get("metric")
    if metric:
        dimensions = metric.get("dimensions") or {}
        found["MetricStat"] = {
            "Metric": {
                "MetricName": metric["metricName"],
                **({"Namespace": metric["namespace"]} if metric.get("namespace") else {}),
                "Dimensions": [{"Name": key, "Value": dimensions[key]} for key in dimensions],
            },
            "Period": metric["period"],
            "Stat": metric["stat"],
            **({"Unit": metric["unit"]} if metric.get("unit") else {}),
        }
    return found


def read_alarm(context: Context) -> Properties | None:
    """Return the alarm, with its metric queries under the names of the SDK."""
    found = context.call("DescribeAlarms", AlarmNames=[context.id])["MetricAlarms"]
    if not found:
        return None
    queries = [
        {**item, "Metric": {**stat["Metric"], **stat}} if (stat := item.get("MetricStat")) else item
        for item in found[0].get("Metrics") or []
    ]
    return {**found[0], **({"metricQueries": queries} if queries else {})}


def as_members(inputs: Properties) -> dict[str, Any]:
    """Return the inputs of an alarm under the names of AWS, for the checks."""
    named = {key[0].upper() + key[1:]: value for key, value in inputs.items()}
    named["OKActions"] = named.pop("OkActions", None)
    named.pop("MetricQueries", None)
    queries = inputs.get("metricQueries")
    if isinstance(queries, list) and all(map(is_known, queries)):
        named["Metrics"] = [query(item) for item in queries]
    return named


def is_known(item: Any) -> bool:
    """Say whether every value of a metric query that the checks read is known."""
    metric = item.get("metric") if isinstance(item, dict) else None
    return isinstance(item, dict) and (
        isinstance(item.get("expression"), str)
        or (isinstance(metric, dict) and {"metricName", "period", "stat"} <= metric.keys())
    )


def check_alarm(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what CloudWatch refuses in a metric alarm."""
    yield from failures(metric_alarm_problems(as_members(inputs)))


def check_local_alarm(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is not evaluated in a metric alarm."""
    yield from failures(metric_alarm_limits(as_members(inputs)))


def check_composite(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what CloudWatch refuses in a composite alarm."""
    yield from failures(composite_alarm_problems(as_members(inputs)))


def check_local_composite(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is not called by a composite alarm."""
    yield from failures(composite_alarm_limits(as_members(inputs)))


def failures(found: Iterable[tuple[str, str]]) -> Iterator[CheckFailure]:
    """Yield problems of members under the names of the SDK."""
    names = {"OKActions": "okActions", "Metrics": "metricQueries"}
    for member, reason in found:
        yield CheckFailure(names.get(member, member[0].lower() + member[1:]), reason)


def read_composite(context: Context) -> Properties | None:
    """Return the composite alarm."""
    found = context.call("DescribeAlarms", AlarmNames=[context.id], AlarmTypes=["CompositeAlarm"])[
        "CompositeAlarms"
    ]
    return found[0] if found else None


PUT_ALARM = Op(
    name="PutMetricAlarm",
    rename={"name": "AlarmName", "metricQueries": ""},
    extra=alarm_members,
)

PUT_COMPOSITE = Op(
    name="PutCompositeAlarm",
    extra=lambda context: {"ActionsEnabled": context.inputs.get("actionsEnabled", True)},
)
TAGGING = Tagging(
    tag="TagResource",
    untag="UntagResource",
    read="ListTagsForResource",
    keys={"ResourceARN": "arn"},
)

METRIC_ALARM = Row(
    type="aws:cloudwatch/metricAlarm:MetricAlarm",
    service="cloudwatch",
    served_in_one_region=True,
    inputs={
        **each(
            UPDATE,
            """alarmDescription comparisonOperator datapointsToAlarm dimensions
        evaluationPeriods metricName metricQueries namespace period statistic tags
        threshold unit""",
        ),
        "actionsEnabled": Input(UPDATE, default=True),
        **each(REPLACE, "name region"),
        "treatMissingData": Input(UPDATE, default="missing", limit=Limit(one_of=TREATMENTS)),
        "evaluateLowSampleCountPercentiles": Input(
            UPDATE, limit=Limit(one_of=("evaluate", "ignore"))
        ),
        "extendedStatistic": Input(
            UPDATE,
            limit=Limit(pattern=r"(p\d{1,2}(\.\d{0,10})?|p100|IQM|(tm|wm|tc|ts|TM|WM|TC|TS|PR).+)"),
        ),
        "alarmActions": Input(UPDATE, unordered=True),
        "insufficientDataActions": Input(UPDATE, unordered=True),
        "okActions": Input(UPDATE, unordered=True),
        "evaluationCriteria": Input(UPDATE, supported=False),
        "evaluationInterval": Input(UPDATE, supported=False),
        "evaluationWindow": Input(UPDATE, supported=False),
        "thresholdMetricId": Input(UPDATE, supported=False),
        "warmUpConfiguration": Input(UPDATE, supported=False),
    },
    name=Naming(max_length=255),
    create=PUT_ALARM,
    id="=name",
    read=read_alarm,
    outputs={"arn": "AlarmArn", "name": "AlarmName", "okActions": "OKActions"},
    update=PUT_ALARM,
    delete=Op(name="DeleteAlarms", keys={"AlarmNames": "id"}),
    tags=TAGGING,
    check=check_alarm,
    check_local=check_local_alarm,
)

COMPOSITE_ALARM = Row(
    type="aws:cloudwatch/compositeAlarm:CompositeAlarm",
    service="cloudwatch",
    served_in_one_region=True,
    inputs={
        **each(UPDATE, "alarmDescription alarmRule tags"),
        **each(REPLACE, "region"),
        "actionsEnabled": Input(REPLACE, default=True),
        "alarmName": Input(REPLACE, limit=Limit(min_length=1, max_length=255)),
        "alarmActions": Input(UPDATE, unordered=True),
        "insufficientDataActions": Input(UPDATE, unordered=True),
        "okActions": Input(UPDATE, unordered=True),
        "actionsSuppressor": Input(UPDATE, supported=False),
    },
    create=PUT_COMPOSITE,
    id="=alarmName",
    from_id=lambda id_: {"alarmName": id_},
    read=read_composite,
    outputs={"arn": "AlarmArn", "okActions": "OKActions"},
    update=PUT_COMPOSITE,
    delete=Op(name="DeleteAlarms", keys={"AlarmNames": "id"}),
    tags=TAGGING,
    check=check_composite,
    check_local=check_local_composite,
)

ALARM_ROWS = (METRIC_ALARM, COMPOSITE_ALARM)
