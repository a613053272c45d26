"""The alarms that a target tracking policy of a table makes, and what is refused."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/scaled",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
METRIC = {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}


def alarms(cloud):
    found = cloud.client("cloudwatch").describe_alarms(
        AlarmNamePrefix="TargetTracking-table/scaled-"
    )["MetricAlarms"]
    return {
        one["AlarmName"].split("-")[2]: (one["MetricName"], one["Statistic"], one["Threshold"])
        for one in found
    }


def test_the_alarms_follow_the_capacity_that_is_provisioned(cloud):
    tables, scaling = cloud.client("dynamodb"), cloud.client("application-autoscaling")
    tables.create_table(
        TableName="scaled",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 5},
    )
    scaling.register_scalable_target(**WRITES, MinCapacity=1, MaxCapacity=40)
    scaling.put_scaling_policy(
        **WRITES,
        PolicyName="p",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            "PredefinedMetricSpecification": METRIC,
        },
    )

    before = alarms(cloud)
    tables.update_table(
        TableName="scaled",
        ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 10},
    )

    consumed, provisioned = "ConsumedWriteCapacityUnits", "ProvisionedWriteCapacityUnits"
    assert before == {
        "AlarmHigh": (consumed, "Sum", 210),
        "AlarmLow": (consumed, "Sum", 150),
        "ProvisionedCapacityHigh": (provisioned, "Average", 5),
        "ProvisionedCapacityLow": (provisioned, "Average", 5),
    }
    assert alarms(cloud) == {
        "AlarmHigh": (consumed, "Sum", 420),
        "AlarmLow": (consumed, "Sum", 300),
        "ProvisionedCapacityHigh": (provisioned, "Average", 10),
        "ProvisionedCapacityLow": (provisioned, "Average", 10),
    }


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ({"PolicyType": "StepScaling", "StepScalingPolicyConfiguration": {}}, "StepScaling is not"),
        (
            {
                "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": {
                    "TargetValue": 70,
                    "PredefinedMetricSpecification": {
                        "PredefinedMetricType": "DynamoDBReadCapacityUtilization"
                    },
                },
            },
            "DynamoDBWriteCapacityUtilization only",
        ),
    ],
)
def test_a_policy_that_is_not_evaluated_is_refused(cloud, policy, wanted):
    with pytest.raises(ClientError, match=wanted):
        cloud.client("application-autoscaling").put_scaling_policy(
            **WRITES, PolicyName="q", **policy
        )


def test_a_target_that_nothing_scales_is_refused(cloud):
    with pytest.raises(ClientError, match="is not scaled in the local cloud"):
        cloud.client("application-autoscaling").register_scalable_target(
            ServiceNamespace="lambda",
            ResourceId="function:prices:live",
            ScalableDimension="lambda:function:ProvisionedConcurrency",
            MinCapacity=1,
            MaxCapacity=4,
        )
