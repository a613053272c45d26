"""What a container service promises."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pulumi
import pytest

from components.access import Statement
from components.args import InvalidArgError
from components.compute.fargate_service import FargateService, FargateServiceArgs
from components.compute.scaling import MetricTarget, RequestsPerTask, Scaling
from components.compute.task import TaskArgs
from tests.alarm_routing import ALARMS

SERVICE = "aws:ecs/service:Service"
DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
POLICY = "aws:appautoscaling/policy:Policy"


def _task(**changes):
    given = {
        "family": "test-orders-main",
        "container": "main",
        "image": "registry.test/orders@sha256:1",
        "command": ["python", "-m", "orders"],
        "pull": [Statement(actions=["ecr:BatchGetImage"], resources=["arn:images"])],
        "region": "eu-west-1",
        "account_id": "123456789012",
        "port": 8080,
        "environment": {"SERVICE_NAME": "orders", "LOG_LEVEL": "INFO"},
    }
    return TaskArgs(**{**given, **changes})


def _args(**changes):
    given = {
        "cluster": SimpleNamespace(arn="arn:cluster", cluster_name="cluster"),
        "subnet_ids": ["a", "b"],
        "security_group_ids": ["sg"],
        "task": _task(),
        "scaling": Scaling(min_tasks=2, max_tasks=2),
        "alarms": ALARMS,
        "target_group_arns": ["arn:targets"],
    }
    return FargateServiceArgs(**{**given, **changes})


def test_tasks_are_private_and_replaced_without_a_gap(build):
    made = build(lambda: FargateService("orders", _args()))

    assert made.one(SERVICE, "orders-service").inputs == {
        "cluster": "arn:cluster",
        "taskDefinition": "arn:aws:test:::orders-task-definition",
        "desiredCount": 2,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "networkConfiguration": {
            "subnets": ["a", "b"],
            "securityGroups": ["sg"],
            "assignPublicIp": False,
        },
        "loadBalancers": [
            {"targetGroupArn": "arn:targets", "containerName": "main", "containerPort": 8080}
        ],
        "healthCheckGracePeriodSeconds": 60,
        "deploymentMinimumHealthyPercent": 100,
        "deploymentMaximumPercent": 200,
        "deploymentController": {"type": "ECS"},
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "waitForSteadyState": True,
        "enableEcsManagedTags": True,
        "propagateTags": "SERVICE",
    }


def test_a_container_cannot_change_its_image_and_is_nobody_special(build):
    made = build(lambda: FargateService("orders", _args()))

    definition = made.one(DEFINITION, "orders-task-definition")
    [container] = json.loads(definition.inputs["containerDefinitions"])
    assert container == {
        "name": "main",
        "image": "registry.test/orders@sha256:1",
        "command": ["python", "-m", "orders"],
        "essential": True,
        "environment": [
            {"name": "HOST", "value": "0.0.0.0"},
            {"name": "LOG_LEVEL", "value": "INFO"},
            {"name": "PORT", "value": "8080"},
            {"name": "SERVICE_NAME", "value": "orders"},
        ],
        "readonlyRootFilesystem": True,
        "user": "10001:10001",
        "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/tmp"}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "orders-task-logs",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "main",
            },
        },
        "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
    }


def test_what_starts_a_container_may_not_do_what_its_code_may(build):
    code = Statement(actions=["sns:Publish"], resources=["arn:topic"])

    made = build(lambda: FargateService("orders", _args(task=_task(statements=[code]))))

    policies = {
        p.name: [s["Action"] for s in json.loads(p.inputs["policy"])["Statement"]]
        for p in made.all("aws:iam/rolePolicy:RolePolicy")
    }
    assert policies == {
        "orders-task-starter-policy": [
            ["ecr:BatchGetImage"],
            ["logs:CreateLogStream", "logs:PutLogEvents"],
        ],
        "orders-task-role-policy": [["sns:Publish"]],
    }


def test_a_program_without_a_port_is_not_put_behind_the_load_balancer(build):
    task = _task(port=None)

    made = build(lambda: FargateService("relay", _args(task=task, target_group_arns=())))

    service = made.one(SERVICE, "relay-service").inputs
    assert "loadBalancers" not in service
    assert "healthCheckGracePeriodSeconds" not in service


def test_a_program_that_is_down_is_noticed_even_if_it_answers_no_requests(build):
    scaling = Scaling(min_tasks=1, max_tasks=1)
    args = _args(task=_task(port=None), target_group_arns=(), scaling=scaling)

    made = build(lambda: FargateService("relay", args))

    alarm = made.one("aws:cloudwatch/metricAlarm:MetricAlarm", "relay-running").inputs
    assert (alarm["namespace"], alarm["metricName"]) == (
        "ECS/ContainerInsights",
        "RunningTaskCount",
    )
    assert alarm["dimensions"] == {"ClusterName": "cluster", "ServiceName": "relay-service"}
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 1)
    assert (alarm["statistic"], alarm["treatMissingData"]) == ("Minimum", "breaching")


def test_it_scales_on_a_metric_of_its_own_per_running_task(build):
    own = MetricTarget(
        namespace="Bulkhead/test",
        metric="orders-waiting",
        dimensions={"service": "orders"},
        per_task=50,
    )
    scaling = Scaling(min_tasks=2, max_tasks=9, metric=own)

    made = build(lambda: FargateService("orders", _args(scaling=scaling)))

    [policy] = made.all(POLICY)
    tracking = policy.inputs["targetTrackingScalingPolicyConfiguration"]
    total, running, per_task = tracking["customizedMetricSpecification"]["metrics"]
    assert tracking["targetValue"] == 50
    assert total == {
        "id": "total",
        "metricStat": {
            "metric": {
                "namespace": "Bulkhead/test",
                "metricName": "orders-waiting",
                "dimensions": [{"name": "service", "value": "orders"}],
            },
            "stat": "Sum",
        },
        "returnData": False,
    }
    assert running["metricStat"]["metric"]["metricName"] == "RunningTaskCount"
    assert per_task == {"id": "per_task", "expression": "total / running", "returnData": True}


def test_a_metric_without_a_value_may_count_as_zero(build):
    own = MetricTarget(namespace="n", metric="m", dimensions={}, per_task=50, missing_is_zero=True)
    scaling = Scaling(min_tasks=2, max_tasks=9, metric=own)

    made = build(lambda: FargateService("orders", _args(scaling=scaling)))

    tracking = made.one(POLICY, "orders-scaling-policy").inputs[
        "targetTrackingScalingPolicyConfiguration"
    ]
    *_, per_task = tracking["customizedMetricSpecification"]["metrics"]
    assert per_task["expression"] == "FILL(total, 0) / running"


def test_a_target_that_no_number_of_tasks_reaches_is_refused():
    with pytest.raises(InvalidArgError, match="per_task=0 is invalid"):
        MetricTarget(namespace="n", metric="m", dimensions={}, per_task=0)


def test_a_count_that_scales_is_left_to_the_scaling(build):
    scaling = Scaling(
        min_tasks=2,
        max_tasks=9,
        requests_per_task=[RequestsPerTask(requests=600, resource_label="app/1/targetgroup/2")],
    )

    made = build(lambda: FargateService("orders", _args(scaling=scaling)))

    service = made.one(SERVICE, "orders-service")
    assert list(made.request(service).ignoreChanges) == ["desiredCount"]
    [target] = made.all("aws:appautoscaling/target:Target")
    assert (target.inputs["minCapacity"], target.inputs["maxCapacity"]) == (2, 9)
    [policy] = made.all(POLICY)
    assert policy.inputs["targetTrackingScalingPolicyConfiguration"] == {
        "targetValue": 600,
        "predefinedMetricSpecification": {
            "predefinedMetricType": "ALBRequestCountPerTarget",
            "resourceLabel": "app/1/targetgroup/2",
        },
    }


def test_without_requests_the_processor_decides(build):
    scaling = Scaling(min_tasks=1, max_tasks=3, cpu_percent=70)

    made = build(lambda: FargateService("orders", _args(scaling=scaling)))

    [policy] = made.all(POLICY)
    assert policy.inputs["targetTrackingScalingPolicyConfiguration"] == {
        "targetValue": 70,
        "predefinedMetricSpecification": {
            "predefinedMetricType": "ECSServiceAverageCPUUtilization"
        },
    }


def test_a_fixed_count_is_the_services_own(build):
    made = build(lambda: FargateService("orders", _args()))

    assert made.all(POLICY) == []
    assert list(made.request(made.one(SERVICE, "orders-service")).ignoreChanges) == []


def test_migrations_come_before_new_tasks(build):
    def program():
        hook = pulumi.ResourceHook("orders-migrations", lambda _: None)
        FargateService("orders", _args(before_deployment=hook))

    made = build(program)

    hooks = made.request(made.one(SERVICE, "orders-service")).hooks
    assert list(hooks.before_create) == ["orders-migrations"]
    assert list(hooks.before_update) == ["orders-migrations"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cpu": 300}, "cpu=300 is invalid: use one of 256, 512"),
        ({"memory_mib": 4096}, "with cpu=256 use one of 512, 1024, 2048"),
        ({"command": []}, "name at least the program"),
    ],
)
def test_a_task_that_fargate_does_not_sell_is_refused(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        _task(**changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"min_tasks": 0, "max_tasks": 1}, "min_tasks=0 is invalid"),
        ({"min_tasks": 2, "max_tasks": 1}, r"use min_tasks \(2\) or more"),
        ({"min_tasks": 1, "max_tasks": 1, "cpu_percent": 0}, "use 1 to 100"),
    ],
)
def test_counts_that_contradict_each_other_are_refused(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        Scaling(**changes)
