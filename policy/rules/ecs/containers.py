"""Rules on container definitions of ECS tasks."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.containers import containers
from policy.engine.resource import value_at
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.secrets import secret_variables
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object, is_true, number


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "compute", "high", "mandatory")
def ecs_image_pinned(task: Resource) -> Messages:
    """Container images must be pinned by a digest or an immutable tag.

    With a mutable tag, tasks of one service can run different code, and a rollback may not restore
    the old image.
    """
    for container in containers(task):
        image = container.get("image")
        if isinstance(image, str) and not _is_pinned(image):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must use a pinned image:"
                " write a digest (@sha256:...) or a version tag in container_definitions."
            )


@rule(aws.ECS_TASK_DEFINITION, params={"allowedRegistries": []})
@classify("security", "compute", "high", "mandatory")
def ecs_image_registry_allowed(task: Resource) -> Messages:
    """Container images must come from allowed registries.

    Images from unapproved registries run unreviewed code.
    """
    allowed = tuple(str(one) for one in task.params["allowedRegistries"])
    for container in containers(task):
        image = container.get("image")
        if allowed and isinstance(image, str) and not _qualified(image).startswith(allowed):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must come from"
                f" an allowed registry: set image in container_definitions to {', '.join(allowed)}."
            )


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "compute", "high", "mandatory")
def ecs_container_read_only_root(task: Resource) -> Messages:
    """Containers must have a read-only root file system.

    On a read-only file system, an attacker cannot install tools or change the application.

    References: FSBP ECS.5, Config ecs-containers-readonly-access, Checkov CKV_AWS_336
    """
    if _is_windows(task):
        return
    for container in containers(task):
        if not is_true(container.get("readonlyRootFilesystem")):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must have a read-only"
                " root file system: set readonlyRootFilesystem to true in container_definitions."
            )


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "compute", "high", "mandatory")
def ecs_container_not_privileged(task: Resource) -> Messages:
    """Containers must not be privileged.

    A privileged container has root access to the host.

    References: FSBP ECS.4, Config ecs-containers-nonprivileged, Checkov CKV_AWS_334
    """
    for container in containers(task):
        if is_true(container.get("privileged")):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must not be privileged:"
                " remove privileged from container_definitions."
            )


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "compute", "medium", "mandatory")
def ecs_container_non_root_user(task: Resource) -> Messages:
    """Containers must not run as root.

    A container escape as root gives root access to the host.

    References: FSBP ECS.20, Config ecs-task-definition-nonroot-user,
    Config ecs-task-definition-linux-user-non-root
    """
    if _is_windows(task):
        return
    for container in containers(task):
        if _is_root(container.get("user")):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must not run as root:"
                ' set user in container_definitions to a uid other than 0, for example "1000".'
            )


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "compute", "high", "mandatory")
def ecs_no_secrets_in_environment(task: Resource) -> Messages:
    """Containers must read secrets from a secret store, not from environment variables.

    Environment variables are shown in plain text in the task definition and the console.

    References: FSBP ECS.8, Config ecs-no-environment-secrets, cdk-nag AwsSolutions-ECS2,
    Trivy AWS-0036
    """
    for container in containers(task):
        entries = [one for one in as_list(container.get("environment")) if is_object(one)]
        variables = {str(one.get("name")): one.get("value") for one in entries}
        for name in secret_variables(task.settings, variables):
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must not be given {name}"
                " in plain text: move it from environment to secrets in container_definitions."
            )


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "compute", "medium", "advisory")
def ecs_container_memory_limit(task: Resource) -> Messages:
    """Containers must have a memory limit.

    A container without a memory limit can exhaust the memory of its task or instance.

    References: Config ecs-task-definition-memory-hard-limit
    """
    if task.is_missing("memory") and _has_container_without(task, "memory"):
        yield f"The task definition '{task.name}' must limit its memory: set memory."


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "compute", "medium", "mandatory")
def ecs_cpu_stated(task: Resource) -> Messages:
    """Tasks must state the CPU they need.

    Without a CPU reservation, a task can be starved by others on the same instance.
    """
    if task.is_missing("cpu") and _has_container_without(task, "cpu"):
        yield f"The task definition '{task.name}' must state its CPU: set cpu."


@rule(aws.ECS_TASK_DEFINITION, params={"allowedCapabilities": []})
@classify("security", "compute", "medium", "advisory")
def ecs_no_added_capabilities(task: Resource) -> Messages:
    """Containers must not have added Linux capabilities.

    Added Linux capabilities make it easier to escape from the container.
    """
    allowed = task.params["allowedCapabilities"]
    for container in containers(task):
        given = as_list(value_at(container, "linuxParameters.capabilities.add"))
        added = [str(one) for one in given if one not in allowed]
        if added:
            yield (
                f"The container '{container.get('name')}' of '{task.name}' must not have the"
                f" capabilities {', '.join(added)}: remove them from linuxParameters in"
                " container_definitions."
            )


def _is_pinned(image: str) -> bool:
    if "@sha256:" in image:
        return True
    _, _, tag = image.rpartition("/")[2].partition(":")
    return tag not in ("", "latest")


def _qualified(image: str) -> str:
    """Return *image* with its registry, which is Docker Hub by default."""
    first, slash, _ = image.partition("/")
    named = slash and ("." in first or ":" in first or first == "localhost")
    return image if named else f"docker.io/{image}"


def _is_windows(task: Resource) -> bool:
    family = task.get("runtimePlatform.operatingSystemFamily")
    return family is UNKNOWN or str(family).upper().startswith("WINDOWS")


def _is_root(user: object) -> bool:
    if is_missing(user):
        return True
    name = str(user).partition(":")[0].strip()
    return name == "root" or number(name) == 0


def _has_container_without(task: Resource, key: str) -> bool:
    """Return whether a container is known to set no *key*; 0 counts as not set."""
    return any(not number(container.get(key)) for container in containers(task))
