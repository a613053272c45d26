"""CloudWatch Logs."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="logs",
    moto="logs",
    telemetry_operations=frozenset(
        {
            "DescribeQueries",
            "FilterLogEvents",
            "GetLogEvents",
            "GetLogGroupFields",
            "GetLogRecord",
            "GetQueryResults",
            "PutLogEvents",
            "StartLiveTail",
            "StartQuery",
            "StopQuery",
            "TestMetricFilter",
        }
    ),
    quiet_operations=frozenset({"CreateLogStream"}),
    data_changes_backend=False,
    collections={"logs": "declared:earlier"},
    overrides=(
        "account_policies:install",
        "filters:install",
        "overrides:install",
        "queries:install",
    ),
    overrides_with_endpoints=("writing:install",),
    close=("writing:close",),
    downloads={"logs/declared": "declared:read"},
    reports={"logs/times": "declared:times", "logs/moved": "declared:moved"},
)
