"""Rules on what tasks are allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.resource import value_at
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"


@rule(
    TASK_DEFINITION,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="One role for both gives the code of the service the rights of the platform.",
    references=("Checkov CKV_AWS_249",),
)
def ecs_task_and_execution_role_differ(task: Resource) -> Iterator[str]:
    """Tasks must have one role for the service and another for the platform."""
    roles = [task.get("taskRoleArn"), task.get("executionRoleArn")]
    same = isinstance(roles[0], str) and roles[0] == roles[1]
    if same or any(is_missing(role) for role in roles):
        yield (
            f"The task definition '{task.name}' must have two roles: set task_role_arn and"
            " execution_role_arn to different ones."
        )


@rule(
    TASK_DEFINITION,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without it everything in the network can mount the whole file system.",
)
def ecs_efs_uses_iam(task: Resource) -> Iterator[str]:
    """Tasks must mount file systems by their role, through an access point."""
    for config in task.entries("volumes.efsVolumeConfiguration"):
        iam = value_at(config, "authorizationConfig.iam")
        point = value_at(config, "authorizationConfig.accessPointId")
        if iam not in ("ENABLED", UNKNOWN) or is_missing(point):
            yield (
                f"The task definition '{task.name}' must mount its file system by its role: set"
                ' volumes.efs_volume_configuration.authorization_config with iam="ENABLED" and'
                " access_point_id."
            )
