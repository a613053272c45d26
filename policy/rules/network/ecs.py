"""Rules on how ECS tasks are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ECS_SERVICE = "aws:ecs/service:Service"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"


@rule(
    ECS_SERVICE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A task with a public address can be reached around the load balancer and its checks.",
    references=(
        "FSBP ECS.2",
        "Checkov CKV_AWS_333",
    ),
)
def ecs_service_no_public_ip(service: Resource) -> Iterator[str]:
    """ECS services must not give their tasks public addresses."""
    if is_true(service.get("networkConfiguration.assignPublicIp")):
        yield (
            f"The ECS service '{service.name}' must not have public addresses: set"
            " network_configuration.assign_public_ip=False."
        )


@rule(
    TASK_DEFINITION,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Only awsvpc gives a task an address and a security group of its own.",
    references=(
        "FSBP ECS.1",
        "Config ecs-awsvpc-networking-enabled",
        "Config ecs-task-definition-network-mode-not-host",
    ),
)
def ecs_network_mode_awsvpc(task: Resource) -> Iterator[str]:
    """Tasks must have a network interface of their own."""
    mode = task.get("networkMode")
    fargate = "FARGATE" in as_list(task.get("requiresCompatibilities"))
    if is_missing(mode) and (fargate or task.get("requiresCompatibilities") is UNKNOWN):
        return
    if mode not in ("awsvpc", UNKNOWN):
        yield (
            f"The task definition '{task.name}' must have a network interface of its own: set"
            ' network_mode="awsvpc".'
        )
