"""CloudWatch Logs: log streams, and the function that looks up a log group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.cloudwatch.resources import LOG_GROUP
from localcloud.aws.logs.account_policy_rows import ACCOUNT_POLICY_ROWS
from localcloud.aws.logs.filter_rows import FILTER_ROWS
from localcloud.provider.row import REPLACE, Input, Limit, Naming, Op, Row, each
from localcloud.provider.row_lookups import lookup

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Invoke, Properties


def read_stream(context: Context) -> Properties | None:
    """Return the log stream."""
    group = context.get("logGroupName")
    found = context.call("DescribeLogStreams", logGroupName=group, logStreamNamePrefix=context.id)[
        "logStreams"
    ]
    names = [one for one in found if one["logStreamName"] == context.id]
    return {**names[0], "logGroupName": group} if names else None


def from_id(id_: str) -> Properties:
    """Return group and stream in `group:stream`."""
    group, _, stream = id_.rpartition(":")
    return {"logGroupName": group, "name": stream, "id": stream}


ROWS = (
    *ACCOUNT_POLICY_ROWS,
    *FILTER_ROWS,
    Row(
        type="aws:cloudwatch/logStream:LogStream",
        service="logs",
        inputs={
            **each(REPLACE, "logGroupName region"),
            "name": Input(REPLACE, limit=Limit(min_length=1, max_length=512, pattern=r"[^:*]+")),
        },
        name=Naming(max_length=512),
        create=Op(name="CreateLogStream", rename={"name": "logStreamName"}),
        id="=name",
        read=read_stream,
        delete=Op(
            name="DeleteLogStream", keys={"logGroupName": "logGroupName", "logStreamName": "id"}
        ),
        from_id=from_id,
        outputs={"name": "logStreamName"},
    ),
)

LOOKUPS: dict[str, Invoke] = lookup(
    LOG_GROUP, "cloudwatch/getLogGroup", lambda context: context.inputs["name"]
)
