"""CloudWatch Logs."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="logs",
    moto="logs",
    data_operations=frozenset({"PutLogEvents"}),
    quiet_operations=frozenset({"CreateLogStream"}),
    data_changes_backend=False,
    collections={"logs": "data:put_back"},
    telemetry_operations=frozenset(
        {
            "DescribeQueries",
            "GetLogGroupFields",
            "GetLogRecord",
            "GetQueryResults",
            "StartQuery",
            "StopQuery",
        }
    ),
    overrides=("data:install", "overrides:install"),
    after_load=("data:after_load",),
)
