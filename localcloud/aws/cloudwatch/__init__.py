"""CloudWatch alarms, dashboards and log groups."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="monitoring",
    moto="cloudwatch",
    telemetry_operations=frozenset(
        {
            "DescribeAlarmHistory",
            "GetMetricData",
            "GetMetricStatistics",
            "ListMetrics",
            "PutMetricData",
            "SetAlarmState",
        }
    ),
    data_changes_backend=False,
    overrides=("alarms:install", "dashboards:install"),
    reports={"alarms": "alarms:report"},
)
