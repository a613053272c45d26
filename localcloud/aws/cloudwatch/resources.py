"""CloudWatch: log groups and alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.documents import json_failures
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
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

RETENTION_DAYS = (0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827)
RETENTION_DAYS += (2192, 2557, 2922, 3288, 3653)
"""The retention periods that CloudWatch Logs accepts; 0 never expires."""

TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
MINUTE = 60


def create_group(context: Context) -> str:
    """Create the log group and set its retention."""
    name = context.inputs["name"]
    context.call_with_inputs(Op(name="CreateLogGroup", rename={"name": "logGroupName"}))
    context.id = name
    if context.inputs.get("retentionInDays"):
        keep(context)
    return name


def keep(context: Context) -> None:
    """Set the retention period."""
    days = context.inputs.get("retentionInDays")
    if days:
        context.call("PutRetentionPolicy", logGroupName=context.id, retentionInDays=days)
    else:
        context.call("DeleteRetentionPolicy", logGroupName=context.id)


def change_group(context: Context) -> None:
    """Change retention and KMS key."""
    if "retentionInDays" in context.changed:
        keep(context)
    if "kmsKeyId" in context.changed:
        key = context.inputs.get("kmsKeyId")
        if key:
            context.call("AssociateKmsKey", logGroupName=context.id, kmsKeyId=key)
        else:
            context.call("DisassociateKmsKey", logGroupName=context.id)


def read_group(context: Context) -> Properties | None:
    """Return the log group; AWS finds groups by prefix only."""
    pages = context.client().get_paginator("describe_log_groups")
    for page in pages.paginate(logGroupNamePrefix=context.id):
        for group in page["logGroups"]:
            if group["logGroupName"] == context.id:
                arn = group["arn"].removesuffix(":*")
                return {**group, "arn": arn, "retentionInDays": group.get("retentionInDays", 0)}
    return None


def delete_group(context: Context) -> None:
    """Delete the log group unless `skipDestroy` is set."""
    if not context.get("skipDestroy"):
        context.call("DeleteLogGroup", logGroupName=context.id)


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


def check_alarm(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of CloudWatch's constraints across the inputs of an alarm."""
    period = inputs.get("period")
    if isinstance(period, int) and period not in (10, 20, 30) and period % MINUTE:
        yield CheckFailure("period", f"is {period}: use 10, 20, 30 or a multiple of {MINUTE}")
    if inputs.get("metricName") and inputs.get("metricQueries"):
        yield CheckFailure("metricQueries", "conflicts with metricName: set one of them")
    if inputs.get("statistic") and inputs.get("extendedStatistic"):
        yield CheckFailure("extendedStatistic", "conflicts with statistic: set one of them")
    wanted, of = inputs.get("datapointsToAlarm"), inputs.get("evaluationPeriods")
    if isinstance(wanted, int) and isinstance(of, int) and wanted > of:
        yield CheckFailure("datapointsToAlarm", f"is {wanted}: use at most evaluationPeriods, {of}")


PUT_ALARM = Op(
    name="PutMetricAlarm",
    rename={"name": "AlarmName", "metricQueries": ""},
    extra=alarm_members,
)

LOG_GROUP = Row(
    type="aws:cloudwatch/logGroup:LogGroup",
    service="logs",
    inputs={
        **each(UPDATE, "kmsKeyId tags"),
        **each(UPDATE, "skipDestroy", state_only=True),
        **each(REPLACE, "namePrefix region"),
        "retentionInDays": Input(UPDATE, limit=Limit(one_of=RETENTION_DAYS)),
        "deletionProtectionEnabled": Input(UPDATE, supported=False),
        "name": Input(
            REPLACE, limit=Limit(min_length=1, max_length=512, pattern=r"[.\-_/#A-Za-z0-9]+")
        ),
        "logGroupClass": Input(
            REPLACE, limit=Limit(one_of=("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"))
        ),
    },
    name=Naming(max_length=512),
    create=create_group,
    read=read_group,
    outputs={"name": "logGroupName"},
    update=change_group,
    delete=delete_group,
    tags=Tagging(
        tag="TagResource",
        untag="UntagResource",
        read="ListTagsForResource",
        keys={"resourceArn": "arn"},
    ),
    check_operations=("CreateLogGroup",),
)

DASHBOARD = Row(
    type="aws:cloudwatch/dashboard:Dashboard",
    service="cloudwatch",
    inputs={
        "dashboardBody": Input(UPDATE),
        "dashboardName": Input(REPLACE, limit=Limit(max_length=255, pattern=r"[A-Za-z0-9_-]+")),
        "region": Input(REPLACE),
    },
    create=Op(name="PutDashboard"),
    id="=dashboardName",
    read=Op(name="GetDashboard", keys={"DashboardName": "id"}),
    update=Op(name="PutDashboard", keys={"DashboardName": "id"}),
    delete=Op(name="DeleteDashboards", keys={"DashboardNames": "id"}),
    from_id=lambda id_: {"dashboardName": id_},
    check=lambda inputs: json_failures(inputs, "dashboardBody"),
)

ROWS = (
    LOG_GROUP,
    DASHBOARD,
    Row(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        service="cloudwatch",
        inputs={
            **each(
                UPDATE,
                """alarmDescription comparisonOperator datapointsToAlarm dimensions
            evaluationPeriods metricName metricQueries namespace period statistic tags
            threshold thresholdMetricId unit""",
            ),
            "actionsEnabled": Input(UPDATE, default=True),
            **each(REPLACE, "name region"),
            "treatMissingData": Input(UPDATE, default="missing", limit=Limit(one_of=TREATMENTS)),
            "evaluateLowSampleCountPercentiles": Input(
                UPDATE, limit=Limit(one_of=("evaluate", "ignore"))
            ),
            "extendedStatistic": Input(
                UPDATE,
                limit=Limit(
                    pattern=r"(p\d{1,2}(\.\d{0,10})?|p100|IQM|(tm|wm|tc|ts|TM|WM|TC|TS|PR).+)"
                ),
            ),
            "alarmActions": Input(UPDATE, unordered=True),
            "insufficientDataActions": Input(UPDATE, unordered=True),
            "okActions": Input(UPDATE, unordered=True),
            "evaluationCriteria": Input(UPDATE, supported=False),
            "evaluationInterval": Input(UPDATE, supported=False),
            "evaluationWindow": Input(UPDATE, supported=False),
            "warmUpConfiguration": Input(UPDATE, supported=False),
        },
        name=Naming(max_length=255),
        create=PUT_ALARM,
        id="=name",
        read=read_alarm,
        outputs={"arn": "AlarmArn", "name": "AlarmName", "okActions": "OKActions"},
        update=PUT_ALARM,
        delete=Op(name="DeleteAlarms", keys={"AlarmNames": "id"}),
        tags=Tagging(
            tag="TagResource",
            untag="UntagResource",
            read="ListTagsForResource",
            keys={"ResourceARN": "arn"},
        ),
        check=check_alarm,
    ),
)
