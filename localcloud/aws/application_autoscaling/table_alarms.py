"""The four alarms of a target tracking policy of a table or an index, as AWS makes them.

Two watch the consumed capacity against the target, and follow the capacity that is provisioned; two
tell when somebody else changes that. moto's have fixed thresholds, and watch reads whatever the
policy says. The workers scale: see `localcloud.runtime.scaling`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import (
    FakeApplicationAutoscalingPolicy,
    applicationautoscaling_backends,
)
from moto.cloudwatch.models import cloudwatch_backends
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends

from localcloud.aws.journal import JOURNAL
from localcloud.runtime.scaling.target_tracking import BELOW_PERCENT, IN_MINUTES, OUT_MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "dynamodb"
PROVISIONED_SECONDS, PROVISIONED_PERIODS = 300, 3
_update_table = DynamoDBBackend.update_table


def install() -> None:
    """Replace moto's alarms, and let them follow the table."""
    policy: Any = FakeApplicationAutoscalingPolicy
    policy._generate_dynamodb_alarms = _alarms  # noqa: SLF001 - moto has no public one
    DynamoDBBackend.update_table = _updated  # type: ignore[method-assign]


def check(dimension: str, policy_type: str, configuration: Mapping[str, Any] | None) -> None:
    """Raise AWSValidationException for a policy of a table that is not evaluated."""
    if policy_type != "TargetTrackingScaling":
        text = f"{policy_type} is not supported for {dimension}: use TargetTrackingScaling."
        raise AWSValidationException(text)
    metric = (configuration or {}).get("PredefinedMetricSpecification") or {}
    wanted = f"DynamoDB{_access(dimension)}CapacityUtilization"
    if metric.get("PredefinedMetricType") != wanted:
        raise AWSValidationException(f"{dimension} scales on the predefined metric {wanted} only.")


def _alarms(self: Any) -> list[Any]:
    thresholds = _thresholds(self)
    if not thresholds:
        return []
    access, action = _access(self.scalable_dimension), f"{self.policy_arn}:createdBy/{uuid4()}"
    _, table, *index = self.resource_id.split("/")
    dimensions = [{"Name": "TableName", "Value": table}]
    if index:
        dimensions.append({"Name": "GlobalSecondaryIndexName", "Value": index[-1]})
    backend = cloudwatch_backends[self.account_id][self.region_name]
    consumed = (f"Consumed{access}CapacityUnits", "Sum", 60)
    provisioned = (f"Provisioned{access}CapacityUnits", "Average", PROVISIONED_SECONDS)
    sides = {
        "AlarmHigh": (consumed, "GreaterThanThreshold", OUT_MINUTES),
        "AlarmLow": (consumed, "LessThanThreshold", IN_MINUTES),
        "ProvisionedCapacityHigh": (provisioned, "GreaterThanThreshold", PROVISIONED_PERIODS),
        "ProvisionedCapacityLow": (provisioned, "LessThanThreshold", PROVISIONED_PERIODS),
    }
    return [
        backend.put_metric_alarm(
            name=f"TargetTracking-{self.resource_id}-{side}-{uuid4()}",
            namespace="AWS/DynamoDB",
            metric_name=metric,
            metric_data_queries=[],
            comparison_operator=comparison,
            evaluation_periods=periods,
            period=period,
            threshold=thresholds[side],
            statistic=statistic,
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}.",
            dimensions=dimensions,
            alarm_actions=[action],
        )
        for side, ((metric, statistic, period), comparison, periods) in sides.items()
    ]


def _updated(self: Any, *args: Any, **kwargs: Any) -> Any:
    """Update a table, and the alarms of its policies."""
    table = _update_table(self, *args, **kwargs)
    scaling: Any = applicationautoscaling_backends[self.account_id][self.region_name]
    for policy in scaling.policies.values():
        resource = policy.resource_id.split("/")
        if policy.service_namespace == NAMESPACE and resource[1] == table.name:
            _follow(policy)
            JOURNAL.work.announced.add("monitoring")
    return table


def _follow(policy: Any) -> None:
    thresholds = _thresholds(policy)
    if not thresholds or not policy.alarms:
        policy.delete_alarms(policy.account_id, policy.region_name)
        policy.alarms = _alarms(policy)
        return
    kept = cloudwatch_backends[policy.account_id][policy.region_name].alarms
    for alarm in policy.alarms:
        side = next(name for name in thresholds if f"-{name}-" in alarm.name)
        for one in (alarm, kept.get(alarm.name)):
            if one is not None:
                one.threshold = thresholds[side]


def _thresholds(policy: Any) -> dict[str, float]:
    """Return the threshold of each alarm; {} if the capacity is not provisioned."""
    access, capacity = _access(policy.scalable_dimension), _capacity(policy)
    if not access or not capacity:
        return {}
    target = float((policy.target_tracking_scaling_policy_configuration or {})["TargetValue"])
    return {
        "AlarmHigh": capacity * 60 * target / 100,
        "AlarmLow": capacity * 60 * (target - BELOW_PERCENT) / 100,
        "ProvisionedCapacityHigh": float(capacity),
        "ProvisionedCapacityLow": float(capacity),
    }


def _capacity(policy: Any) -> int:
    backend = dynamodb_backends[policy.account_id][policy.region_name]
    _, name, *index = policy.resource_id.split("/")
    found: Any = backend.tables.get(name)
    if found is not None and index:
        found = next((one for one in found.global_indexes if one.name == index[-1]), None)
    throughput = getattr(found, "throughput", None) or {}
    return int(throughput.get(f"{_access(policy.scalable_dimension)}CapacityUnits") or 0)


def _access(dimension: str) -> str:
    return "Read" if dimension.endswith(":ReadCapacityUnits") else "Write"
