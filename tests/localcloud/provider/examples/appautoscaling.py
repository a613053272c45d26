"""Examples of scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

TARGET = "aws:appautoscaling/target:Target"


def target(stage: Stage) -> dict:
    service = stage.make("aws:ecs/service:Service")
    return {
        "serviceNamespace": "ecs",
        "resourceId": "/".join(("service", *service["arn"].split("/")[-2:])),
        "scalableDimension": "ecs:service:DesiredCount",
        "minCapacity": 1,
        "maxCapacity": 4,
        "tags": {"kind": "example"},
    }


TABLE = "aws:dynamodb/table:Table"


def table_target(stage: Stage) -> dict:
    return {
        "serviceNamespace": "dynamodb",
        "resourceId": f"table/{stage.make(TABLE)['name']}/index/by-kind",
        "scalableDimension": "dynamodb:index:ReadCapacityUnits",
        "minCapacity": 5,
        "maxCapacity": 100,
    }


def tracking(value: int) -> dict:
    metric = {"predefinedMetricType": "ECSServiceAverageCPUUtilization"}
    return {"targetValue": value, "predefinedMetricSpecification": metric, "scaleInCooldown": 60}


def metric(id_: str, namespace: str, name: str, **dimensions: str) -> dict:
    listed = [{"name": key, "value": value} for key, value in dimensions.items()]
    described = {"namespace": namespace, "metricName": name, "dimensions": listed}
    return {"id": id_, "metricStat": {"metric": described, "stat": "Sum"}, "returnData": False}


BACKLOG = {
    "targetValue": 100,
    "customizedMetricSpecification": {
        "metrics": [
            metric("waiting0", "AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName="q"),
            metric("running", "ECS/ContainerInsights", "RunningTaskCount", ServiceName="s"),
            {"id": "per_task", "expression": "(waiting0) / running", "returnData": True},
        ]
    },
}

STEPS = {
    "adjustmentType": "ChangeInCapacity",
    "cooldown": 60,
    "metricAggregationType": "Average",
    "stepAdjustments": [{"metricIntervalLowerBound": "0", "scalingAdjustment": 1}],
}


def policy(stage: Stage) -> dict:
    found = stage.make(TARGET)
    return {
        "serviceNamespace": found["serviceNamespace"],
        "resourceId": found["resourceId"],
        "scalableDimension": found["scalableDimension"],
        "policyType": "TargetTrackingScaling",
        "targetTrackingScalingPolicyConfiguration": tracking(50),
    }


EXAMPLES = (
    Example(
        type=TARGET,
        inputs=target,
        outputs={"minCapacity": 1, "maxCapacity": 4},
        update={"maxCapacity": 6, "tags": {"kind": "changed"}},
        optional=lambda _: {"suspendedState": {"dynamicScalingInSuspended": True}},
        bad={"minCapacity": 5, "scalableDimension": "ecs:service:Colour"},
    ),
    Example(
        type=TARGET,
        variant="index-of-a-table",
        inputs=table_target,
        values=lambda _: {"maxCapacity": 200},
    ),
    Example(
        type="aws:appautoscaling/policy:Policy",
        inputs=policy,
        update={"targetTrackingScalingPolicyConfiguration": tracking(60)},
        kept="policyType targetTrackingScalingPolicyConfiguration",
        bad={"policyType": "Guessing", "serviceNamespace": "none"},
    ),
    Example(
        type="aws:appautoscaling/policy:Policy",
        variant="steps",
        inputs=policy,
        values=lambda _: {
            "policyType": "StepScaling",
            "stepScalingPolicyConfiguration": STEPS,
            "targetTrackingScalingPolicyConfiguration": None,
        },
        together=(
            "policyType stepScalingPolicyConfiguration targetTrackingScalingPolicyConfiguration",
        ),
    ),
    Example(
        type="aws:appautoscaling/policy:Policy",
        variant="backlog",
        inputs=policy,
        values=lambda _: {"targetTrackingScalingPolicyConfiguration": BACKLOG},
    ),
)
