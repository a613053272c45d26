"""Examples of clusters, task definitions and services."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import GROUP, two_subnets
from tests.localcloud.provider.examples.lb import TARGETS

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

CLUSTER = "aws:ecs/cluster:Cluster"
TASK = "aws:ecs/taskDefinition:TaskDefinition"

CONTAINER = {
    "name": "main",
    "image": f"example@sha256:{'0' * 64}",
    "essential": True,
    "command": ["python", "-m", "example"],
    "portMappings": [{"containerPort": 8080}],
    "environment": [{"name": "LOG_LEVEL", "value": "INFO"}],
}


def task(_: Stage) -> dict:
    return {
        "family": "example",
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": json.dumps([CONTAINER]),
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "volumes": [{"name": "scratch"}],
        "tags": {"kind": "example"},
    }


def another_revision(stage: Stage) -> str:
    inputs = {**task(stage), "cpu": "512", "memory": "1024"}
    return stage.create(TASK, inputs, name="another").outputs["arn"]


def with_providers(stage: Stage) -> dict:
    found = {key: value for key, value in service(stage).items() if key != "launchType"}
    return {**found, "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}]}


def service(stage: Stage) -> dict:
    return {
        "cluster": stage.make(CLUSTER)["arn"],
        "taskDefinition": stage.make(TASK)["arn"],
        "desiredCount": 2,
        "launchType": "FARGATE",
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "deploymentController": {"type": "ECS"},
        "networkConfiguration": {
            "subnets": two_subnets(stage),
            "securityGroups": [stage.make(GROUP)["id"]],
        },
        "enableEcsManagedTags": True,
        "propagateTags": "SERVICE",
        "tags": {"kind": "example"},
    }


EXAMPLES = (
    Example(
        type=CLUSTER,
        inputs=lambda _: {
            "settings": [{"name": "containerInsights", "value": "enabled"}],
            "tags": {"kind": "example"},
        },
        update={
            "settings": [{"name": "containerInsights", "value": "disabled"}],
            "tags": {"kind": "changed"},
        },
        optional=lambda _: {"serviceConnectDefaults": {"namespace": "arn:aws:servicediscovery:x"}},
        values=lambda _: {"configuration": {"executeCommandConfiguration": {"logging": "NONE"}}},
        bad={"name": "no spaces", "settings": [{"name": "insights", "value": "enabled"}]},
    ),
    Example(
        type="aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        inputs=lambda stage: {
            "clusterName": stage.make(CLUSTER)["name"],
            "capacityProviders": ["FARGATE"],
        },
        update={
            "capacityProviders": ["FARGATE_SPOT", "FARGATE"],
            "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
        },
        bad={"defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "base": -1}]},
    ),
    Example(
        type=TASK,
        inputs=task,
        outputs={"cpu": "256", "family": "example"},
        update={"tags": {"kind": "changed"}},
        bad={"family": "no spaces", "memory": "9999", "containerDefinitions": "[{}]"},
    ),
    Example(
        type="aws:ecs/service:Service",
        inputs=service,
        outputs={"desiredCount": 2, "launchType": "FARGATE", "schedulingStrategy": "REPLICA"},
        update={
            "desiredCount": 1,
            "deploymentMaximumPercent": 150,
            "healthCheckGracePeriodSeconds": 30,
            "tags": {"kind": "changed"},
        },
        optional=lambda stage: {
            "enableExecuteCommand": True,
            "healthCheckGracePeriodSeconds": 30,
            "loadBalancers": [
                {
                    "targetGroupArn": stage.make(TARGETS)["arn"],
                    "containerName": "main",
                    "containerPort": 8080,
                }
            ],
        },
        values=lambda stage: {
            "deploymentCircuitBreaker": {"enable": False, "rollback": False},
            "deploymentConfiguration": {"strategy": "ROLLING"},
            "networkConfiguration": {"subnets": two_subnets(stage)[:1]},
            "orderedPlacementStrategies": [{"type": "spread", "field": "host"}],
            "placementConstraints": [{"type": "distinctInstance"}],
            "taskDefinition": another_revision(stage),
        },
        kept="networkConfiguration taskDefinition",
        bad={
            "desiredCount": -1,
            "schedulingStrategy": "SOMETIMES",
            "capacityProviderStrategies": [{"capacityProvider": "FARGATE"}],
        },
    ),
    Example(
        type="aws:ecs/service:Service",
        variant="spot",
        inputs=with_providers,
        values=lambda _: {
            "capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
        },
    ),
)
