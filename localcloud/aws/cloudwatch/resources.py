"""CloudWatch: log groups, dashboards and alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.cloudwatch.alarm_rows import ALARM_ROWS
from localcloud.aws.cloudwatch.dashboard_body import problems as dashboard_problems
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


def check_dashboard(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the body of a dashboard."""
    body = inputs.get("dashboardBody")
    if isinstance(body, str):
        for path, reason in dashboard_problems(body):
            yield CheckFailure("dashboardBody", f"{path}: {reason}")


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
    check=check_dashboard,
)

ROWS = (LOG_GROUP, DASHBOARD, *ALARM_ROWS)
