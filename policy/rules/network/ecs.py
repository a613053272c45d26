"""Rules on how ECS tasks are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

SERVICE = "aws:ecs/service:Service"


@rule(
    SERVICE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A task with a public address can be reached around the load balancer and its checks.",
    references=("FSBP ECS.2", "Checkov CKV_AWS_333"),
)
def ecs_service_no_public_ip(service: Resource) -> Iterator[str]:
    """ECS services must not give their tasks public addresses."""
    if is_true(service.get("networkConfiguration.assignPublicIp")):
        yield (
            f"The ECS service '{service.name}' must not have public addresses: set"
            " network_configuration.assign_public_ip=False."
        )
