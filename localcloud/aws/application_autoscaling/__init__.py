"""Application Auto Scaling."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="application-autoscaling",
    moto="applicationautoscaling",
    telemetry_operations=frozenset({"DescribeScalingActivities"}),
    overrides=("overrides:install", "tracking_alarms:install", "table_alarms:install"),
)
