"""Rules on the tags of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

SERVICE = "aws:ecs/service:Service"


@rule(
    SERVICE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="The bill is made out to tasks: those without tags belong to no service.",
    references=("Config ecs-service-propagate-tags-enabled",),
    remediation='Set propagate_tags to "SERVICE".',
    remediate=lambda _: {"propagateTags": "SERVICE"},
)
def ecs_tags_propagated(service: Resource) -> Iterator[str]:
    """Services must hand their tags on to their tasks."""
    if service.get("propagateTags") not in ("SERVICE", "TASK_DEFINITION", UNKNOWN):
        yield (
            f"The ECS service '{service.name}' must hand its tags on: set propagate_tags to"
            ' "SERVICE" or "TASK_DEFINITION".'
        )
