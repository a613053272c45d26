"""The alarms that a target tracking policy of an ECS service makes."""

from __future__ import annotations

from localcloud.aws.application_autoscaling.tracking_alarms import _watched
from localcloud.telemetry.scaling.queries import queries

RESOURCE = "service/shop/orders"


def put(cloud, configuration):
    client = cloud.client("application-autoscaling")
    key = {
        "ServiceNamespace": "ecs",
        "ResourceId": RESOURCE,
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    client.put_scaling_policy(
        **key,
        PolicyName="p",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=configuration,
    )
    [policy] = client.describe_scaling_policies(**key)["ScalingPolicies"]
    names = [one["AlarmName"] for one in policy["Alarms"]]
    found = cloud.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=f"TargetTracking-{RESOURCE}-"
    )["MetricAlarms"]
    assert sorted(one["AlarmName"] for one in found) == sorted(names)
    return sorted(found, key=lambda one: one["AlarmName"])


def test_the_alarms_watch_the_metric_of_the_policy_and_are_replaced_with_it(cloud):
    cluster = cloud.client("ecs").create_cluster(clusterName="shop")["cluster"]["clusterName"]
    cloud.client("ecs").register_task_definition(
        family="orders", containerDefinitions=[{"name": "app", "image": "x", "memory": 64}]
    )
    cloud.client("ecs").create_service(
        cluster=cluster, serviceName="orders", taskDefinition="orders", desiredCount=0
    )
    cloud.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=RESOURCE,
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=0,
        MaxCapacity=4,
    )
    memory = {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"}
    put(cloud, {"TargetValue": 30, "PredefinedMetricSpecification": memory})

    high, low = put(cloud, {"TargetValue": 50, "PredefinedMetricSpecification": memory})

    assert (high["Threshold"], high["EvaluationPeriods"]) == (50, 3)
    assert (low["Threshold"], low["EvaluationPeriods"]) == (45, 15)
    assert {high["MetricName"], low["MetricName"]} == {"MemoryUtilization"}


def test_a_policy_of_metric_math_is_watched_by_its_queries():
    metric = {"Namespace": "Shop", "MetricName": "Waiting", "Dimensions": []}
    metrics = [
        {"Id": "m", "MetricStat": {"Metric": metric, "Stat": "Sum"}, "ReturnData": False},
        {"Id": "e", "Expression": "m / 2"},
    ]
    configuration = {"CustomizedMetricSpecification": {"Metrics": metrics}}

    found = _watched(queries(configuration, RESOURCE))["metric_data_queries"]

    assert [(one.id, one.expression, one.return_data) for one in found] == [
        ("m", None, False),
        ("e", "m / 2", True),
    ]
