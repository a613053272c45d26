"""The two alarms of a target tracking policy of an ECS service, as AWS makes them.

moto's watch the CPU against 6 percent whatever the policy says, and stay when it is put again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    FakeApplicationAutoscalingPolicy,
)
from moto.cloudwatch.models import (
    Dimension,
    Metric,
    MetricDataQuery,
    MetricStat,
    cloudwatch_backends,
)

from localcloud.aws.application_autoscaling import table_alarms
from localcloud.telemetry.scaling.queries import PERIOD_SECONDS, queries
from localcloud.telemetry.scaling.tracking import IN_MINUTES, IN_SHARE, OUT_MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

_put = ApplicationAutoscalingBackend.put_scaling_policy


def install() -> None:
    """Replace moto's alarms."""
    policy: Any = FakeApplicationAutoscalingPolicy
    policy._generate_ecs_alarms = _alarms  # noqa: SLF001 - moto has no public one
    backend: Any = ApplicationAutoscalingBackend
    backend.put_scaling_policy = _put_once


def _put_once(self: Any, **kwargs: Any) -> Any:
    """Put a policy, and delete the alarms of the one that it replaces."""
    if kwargs["service_namespace"] == table_alarms.NAMESPACE:
        table_alarms.check(
            kwargs["scalable_dimension"], kwargs["policy_type"], kwargs["policy_body"]
        )
    before = dict(self.policies)
    made = _put(self, **kwargs)
    for key, old in before.items():
        if self.policies.get(key) is not old:
            old.delete_alarms(self.account_id, self.region_name)
    return made


def _alarms(self: Any) -> list[Any]:
    configuration: Mapping[str, Any] = self.target_tracking_scaling_policy_configuration or {}
    try:
        metrics = queries(configuration, self.resource_id)
    except (KeyError, ValueError) as error:
        raise AWSValidationException(f"the policy {self.policy_name}: {error}") from None
    target = float(configuration["TargetValue"])
    action = f"{self.policy_arn}:createdBy/{uuid4()}"
    backend = cloudwatch_backends[self.account_id][self.region_name]
    sides = (
        ("AlarmHigh", "GreaterThanThreshold", OUT_MINUTES, target),
        ("AlarmLow", "LessThanThreshold", IN_MINUTES, target * IN_SHARE),
    )
    return [
        backend.put_metric_alarm(
            name=f"TargetTracking-{self.resource_id}-{side}-{uuid4()}",
            comparison_operator=comparison,
            evaluation_periods=minutes,
            threshold=threshold,
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}.",
            alarm_actions=[action],
            **_watched(metrics),
        )
        for side, comparison, minutes, threshold in sides
    ]


def _watched(metrics: list[dict[str, Any]]) -> dict[str, Any]:
    [first, *further] = metrics
    if not further and "MetricStat" in first:
        stat = first["MetricStat"]
        return {
            "namespace": stat["Metric"]["Namespace"],
            "metric_name": stat["Metric"]["MetricName"],
            "dimensions": stat["Metric"].get("Dimensions") or [],
            "period": PERIOD_SECONDS,
            "statistic": stat["Stat"],
        }
    return {
        "namespace": None,
        "metric_name": None,
        "dimensions": [],
        "period": None,
        "statistic": None,
        "metric_data_queries": [_query(one) for one in metrics],
    }


def _query(query: Mapping[str, Any]) -> MetricDataQuery:
    stat = query.get("MetricStat")
    return MetricDataQuery(
        query_id=query["Id"],
        label=query.get("Label"),  # type: ignore[arg-type]
        period=query.get("Period"),  # type: ignore[arg-type]
        return_data=query.get("ReturnData", True),
        expression=query.get("Expression"),
        metric_stat=_stat(stat) if stat else None,
    )


def _stat(stat: Mapping[str, Any]) -> MetricStat:
    metric = stat["Metric"]
    dimensions = [Dimension(one["Name"], one["Value"]) for one in metric.get("Dimensions") or ()]
    return MetricStat(
        metric=Metric(metric["MetricName"], metric["Namespace"], dimensions),
        period=stat["Period"],
        stat=stat["Stat"],
        unit=stat.get("Unit"),  # type: ignore[arg-type]
    )
