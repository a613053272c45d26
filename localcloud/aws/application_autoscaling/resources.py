"""Application Auto Scaling: scalable targets and scaling policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

SCALABLE_TARGET = ("serviceNamespace", "resourceId", "scalableDimension")
"""The key of a target, in the order of its id: `ecs/service/a/b/ecs:service:...`."""

SCALED = (
    "ecs:service:DesiredCount",
    "dynamodb:table:ReadCapacityUnits",
    "dynamodb:table:WriteCapacityUnits",
    "dynamodb:index:ReadCapacityUnits",
    "dynamodb:index:WriteCapacityUnits",
)
"""Scalable dimensions that the local cloud scales."""

KEYS = {
    "ServiceNamespace": "serviceNamespace",
    "ResourceId": "resourceId",
    "ScalableDimension": "scalableDimension",
}
CONFIGURATIONS = {
    "StepScaling": "stepScalingPolicyConfiguration",
    "TargetTrackingScaling": "targetTrackingScalingPolicyConfiguration",
    "PredictiveScaling": "predictiveScalingPolicyConfiguration",
}
"""Policy type -> input with its configuration."""


def place_of(context: Context, _: Properties) -> str:
    """Return the id of a target."""
    return "/".join(context.inputs[name] for name in SCALABLE_TARGET)


def target_from_id(id_: str) -> Properties:
    """Return the properties in the id of a target."""
    namespace, _, rest = id_.partition("/")
    resource, _, dimension = rest.rpartition("/")
    return dict(zip(SCALABLE_TARGET, (namespace, resource, dimension), strict=True))


def policy_id(context: Context, _: Properties) -> str:
    """Return the id of a policy: that of its target, and its name."""
    return "/".join((*(context.inputs[name] for name in SCALABLE_TARGET), context.inputs["name"]))


def policy_from_id(id_: str) -> Properties:
    """Return the properties in the id of a policy."""
    target, _, name = id_.rpartition("/")
    return {**target_from_id(target), "name": name}


def check_target(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Application Auto Scaling's constraints across the inputs of a target."""
    low, high = inputs.get("minCapacity"), inputs.get("maxCapacity")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield CheckFailure("minCapacity", f"is {low}, above maxCapacity {high}: swap them")


def check_policy(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Application Auto Scaling's constraints across the inputs of a policy."""
    kind = inputs.get("policyType", "StepScaling")
    for other, name in CONFIGURATIONS.items():
        if inputs.get(name) and kind in CONFIGURATIONS and kind != other:
            yield CheckFailure(name, f'requires policyType "{other}": set it, or remove this')


TARGET = Row(
    type="aws:appautoscaling/target:Target",
    service="application-autoscaling",
    inputs={
        **each(UPDATE, "maxCapacity minCapacity roleArn tags"),
        **each(REPLACE, "region resourceId serviceNamespace"),
        "scalableDimension": Input(REPLACE, supported_values=SCALED),
        "suspendedState": Input(
            UPDATE,
            reset=dict.fromkeys(
                (
                    "dynamicScalingInSuspended",
                    "dynamicScalingOutSuspended",
                    "scheduledScalingSuspended",
                ),
                False,
            ),
        ),
    },
    create=Op(name="RegisterScalableTarget"),
    id=place_of,
    from_id=target_from_id,
    read=Op(
        name="DescribeScalableTargets",
        keys={
            "ServiceNamespace": "serviceNamespace",
            "ResourceIds": "resourceId",
            "ScalableDimension": "scalableDimension",
        },
        result="ScalableTargets[0]",
    ),
    update=Op(name="RegisterScalableTarget"),
    delete=Op(name="DeregisterScalableTarget", keys=KEYS),
    tags=Tagging(
        tag="TagResource",
        untag="UntagResource",
        read="ListTagsForResource",
        keys={"ResourceARN": "arn"},
    ),
    outputs={"arn": "ScalableTargetARN"},
    not_found_codes="ValidationException: no scalable target found",
    check=check_target,
)

POLICY = Row(
    type="aws:appautoscaling/policy:Policy",
    service="application-autoscaling",
    inputs={
        **each(UPDATE, "stepScalingPolicyConfiguration targetTrackingScalingPolicyConfiguration"),
        "predictiveScalingPolicyConfiguration": Input(UPDATE, supported=False),
        **each(REPLACE, "name region resourceId scalableDimension serviceNamespace"),
        "policyType": Input(
            UPDATE,
            default="StepScaling",
            limit=Limit(one_of=tuple(CONFIGURATIONS)),
            supported_values=("StepScaling", "TargetTrackingScaling"),
        ),
    },
    name=Naming(max_length=256),
    create=Op(name="PutScalingPolicy"),
    id=policy_id,
    from_id=policy_from_id,
    read=Op(
        name="DescribeScalingPolicies",
        keys={**KEYS, "PolicyNames": "name"},
        result="ScalingPolicies[0]",
    ),
    update=Op(name="PutScalingPolicy"),
    delete=Op(name="DeleteScalingPolicy", keys={**KEYS, "PolicyName": "name"}),
    outputs={"alarmArns": "Alarms[].AlarmARN"},
    not_found_codes="ValidationException: no scaling policy found",
    check=check_policy,
)

ROWS = (TARGET, POLICY)
