"""Tests of policy.rules.ecs.services."""

import dataclasses

import pytest

from policy.engine.resource import Options
from policy.rules.ecs import services as rules
from policy.testing import check, check_stack, messages, resource, stack, unknown

SERVICE = "aws:ecs/service:Service"
TARGET = "aws:appautoscaling/target:Target"
ON = {"enable": True, "rollback": True}
WHOLE = {
    "name": "orders",
    "cluster": "arn:aws:ecs:eu-west-1:111122223333:cluster/shop",
    "launchType": "FARGATE",
    "desiredCount": 2,
    "deploymentMinimumHealthyPercent": 100,
    "deploymentMaximumPercent": 200,
    "deploymentCircuitBreaker": ON,
}


def test_ecs_deployment_circuit_breaker():
    off = {"deploymentCircuitBreaker": None}
    check(
        rules.ecs_deployment_circuit_breaker,
        SERVICE,
        WHOLE,
        kept=[
            {"deploymentController": {"type": "ECS"}},
            off | {"deploymentController": {"type": "CODE_DEPLOY"}},
            off | {"deploymentController": {"type": "EXTERNAL"}},
            off | {"deploymentController": unknown},
            {"deploymentCircuitBreaker": ON | {"rollback": unknown}},
        ],
        broken=[
            off,
            off | {"deploymentController": {"type": "ECS"}},
            {"deploymentCircuitBreaker": ON | {"enable": False}},
            {"deploymentCircuitBreaker": {"enable": True}},
            {"deploymentCircuitBreaker": {"enable": unknown, "rollback": False}},
        ],
        unknown_at=["deploymentCircuitBreaker"],
    )
    half = resource(SERVICE, "orders", WHOLE | {"deploymentCircuitBreaker": {"enable": True}})
    assert rules.ecs_deployment_circuit_breaker.remediate(half) == {"deploymentCircuitBreaker": ON}
    [said] = messages(rules.ecs_deployment_circuit_breaker, half)
    assert said == (
        "The service 'orders' must roll back a failed deployment: set rollback=True in"
        " deployment_circuit_breaker."
    )


@pytest.mark.parametrize("ignored", ["desiredCount", "desired_count", "*"])
def test_ecs_service_two_tasks_leaves_the_number_to_scaling(ignored):
    one = resource(SERVICE, "orders", WHOLE | {"desiredCount": 1})

    def ignoring(name):
        return dataclasses.replace(one, options=Options(ignore_changes=(name,)))

    assert not messages(rules.ecs_service_two_tasks, ignoring(ignored))
    assert messages(rules.ecs_service_two_tasks, ignoring("taskDefinition"))


BALANCED = {"targetGroupArn": unknown, "containerName": "app", "containerPort": 8080}
ANSWERING = WHOLE | {"loadBalancers": [BALANCED]}


def test_ecs_service_scales():
    orders = resource(SERVICE, "orders", ANSWERING)
    whole = {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "minCapacity": 2,
        "maxCapacity": 6,
    }

    def target(resource_id, **changes):
        return resource(TARGET, "tasks", whole | {"resourceId": resource_id} | changes)

    def daemon(strategy):
        return stack(resource(SERVICE, "agent", ANSWERING | {"schedulingStrategy": strategy}))

    def in_cluster(cluster):
        return resource(SERVICE, "orders", ANSWERING | {"cluster": cluster})

    def depending(**changes):
        dependencies = {"tasks": {"resourceId": [orders]}}
        tasks = target(unknown, **changes)
        return stack(orders, tasks, property_dependencies=dependencies)

    check_stack(
        rules.ecs_service_scales,
        kept=[
            stack(orders, target("service/shop/orders")),
            daemon("DAEMON"),
            daemon(unknown),
            stack(in_cluster("shop"), target("service/shop/orders")),
            stack(in_cluster(unknown), target("service/shop/orders")),
            stack(in_cluster(None), target("service/default/orders")),
            stack(orders, target(unknown)),
            depending(),
            depending(maxCapacity=unknown, serviceNamespace=unknown),
        ],
        broken=[
            stack(orders),
            daemon("REPLICA"),
            stack(orders, target("service/shop/catalog")),
            stack(orders, target("service/other/orders")),
            stack(orders, target("service/shop/orders", serviceNamespace="dynamodb")),
            depending(maxCapacity=None),
        ],
    )


def test_a_service_that_receives_no_requests_may_have_a_fixed_number_of_tasks():
    def relay(**requests):
        return stack(resource(SERVICE, "relay", WHOLE | requests))

    check_stack(
        rules.ecs_service_scales,
        kept=[relay(), relay(loadBalancers=[]), relay(loadBalancers=unknown)],
        broken=[
            relay(loadBalancers=[BALANCED]),
            relay(serviceRegistries={"registryArn": unknown}),
            relay(serviceConnectConfiguration={"services": [{"portName": "http"}]}),
        ],
    )
