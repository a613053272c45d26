"""Rules on task definitions and their containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import is_array, is_object, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"


@rule(
    TASK_DEFINITION,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A tag that moves makes two tasks of a service run different code; no rollback works.",
)
def ecs_image_pinned(task: Resource) -> Iterator[str]:
    """Container images must be pinned by a digest or a tag that does not move."""
    for container in containers(task):
        image = container.get("image")
        if isinstance(image, str) and not _is_pinned(image):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must use a fixed image:"
                " write a digest (@sha256:...) or a version tag in container_definitions."
            )


@rule(
    TASK_DEFINITION,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Who breaks into a container cannot leave anything behind on a file system that is closed.",
    references=(
        "FSBP ECS.5",
        "Config ecs-containers-readonly-access",
        "Checkov CKV_AWS_336",
    ),
)
def ecs_container_read_only_root(task: Resource) -> Iterator[str]:
    """Containers must not be able to write to their root file system."""
    if str(task.get("runtimePlatform.operatingSystemFamily")).startswith("WINDOWS"):
        return
    for container in containers(task):
        if not is_true(container.get("readonlyRootFilesystem")):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must have a read-only"
                " root: set readonlyRootFilesystem to true in container_definitions."
            )


@rule(
    TASK_DEFINITION,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A privileged container is root on the machine that it runs on.",
    references=(
        "FSBP ECS.4",
        "Config ecs-containers-nonprivileged",
        "Checkov CKV_AWS_334",
    ),
)
def ecs_container_not_privileged(task: Resource) -> Iterator[str]:
    """Containers must not be privileged."""
    for container in containers(task):
        if is_true(container.get("privileged")):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must not be privileged:"
                " remove privileged from container_definitions."
            )


def containers(task: Resource) -> list[dict[str, object]]:
    """Return the containers in the JSON text `containerDefinitions` of *task*."""
    found = task.document("containerDefinitions")
    return [one for one in found if is_object(one)] if is_array(found) else []


def _is_pinned(image: str) -> bool:
    if "@sha256:" in image:
        return True
    _, _, tag = image.rpartition("/")[2].partition(":")
    return tag not in ("", "latest")
