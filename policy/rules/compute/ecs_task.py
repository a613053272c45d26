"""Rules on tasks and services as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.remedy import inputs
from policy.engine.rule import Level, Severity, When, rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ECS_SERVICE = "aws:ecs/service:Service"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"


@rule(
    ECS_SERVICE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A platform version that is left behind gets no more fixes.",
    params={"currentVersions": ["1.4.0", "1.0.0-windows"]},
    references=(
        "FSBP ECS.10",
        "Config ecs-fargate-latest-platform-version",
        "Checkov CKV_AWS_332",
    ),
    remediation="Remove an outdated platform_version.",
    remediate=lambda found: inputs(found, {"platformVersion": "LATEST"}),
)
def ecs_fargate_platform_current(service: Resource) -> Iterator[str]:
    """Fargate services must run on a current platform version."""
    version = service.get("platformVersion")
    current = service.params["currentVersions"]
    if not is_missing(version) and version not in (*current, "LATEST", UNKNOWN):
        yield (
            f"The ECS service '{service.name}' must run on a current platform: remove"
            " platform_version, which then is LATEST."
        )


@rule(
    TASK_DEFINITION,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Who sees the processes of the machine can read their memory and stop them.",
    references=(
        "FSBP ECS.3",
        "Config ecs-task-definition-pid-mode-check",
        "Checkov CKV_AWS_335",
    ),
)
def ecs_no_host_process_namespace(task: Resource) -> Iterator[str]:
    """Tasks must not see the processes of their machine."""
    if task.get("pidMode") == "host":
        yield (
            f"The task definition '{task.name}' must not see the processes of its machine: remove"
            " pid_mode."
        )


@rule(
    TASK_DEFINITION,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A file system is mounted over the network, where its data can be read.",
    references=(
        "Config ecs-task-definition-efs-encryption-enabled",
        "Checkov CKV_AWS_97",
        "Trivy AWS-0035",
    ),
    remediation='Set volumes.efs_volume_configuration.transit_encryption to "ENABLED".',
    remediate=lambda task: {"volumes": [_encrypted(one) for one in as_list(task.get("volumes"))]},
)
def ecs_efs_encrypted_in_transit(task: Resource) -> Iterator[str]:
    """Tasks must mount file systems over TLS."""
    for config in task.entries("volumes.efsVolumeConfiguration"):
        if config.get("transitEncryption") not in ("ENABLED", UNKNOWN):
            yield (
                f"The task definition '{task.name}' must mount its file system over TLS: set"
                ' volumes.efs_volume_configuration.transit_encryption="ENABLED".'
            )


@rule(
    ECS_SERVICE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="A shell in a running container is a change that nobody reviewed.",
)
def ecs_exec_off(service: Resource) -> Iterator[str]:
    """ECS services must not open shells in their containers."""
    if is_true(service.get("enableExecuteCommand")):
        yield (
            f"The ECS service '{service.name}' must not open shells: set"
            " enable_execute_command=False."
        )


def _encrypted(volume: Any) -> Any:
    """Return *volume* with TLS where it is a file system of EFS."""
    config = volume.get("efsVolumeConfiguration") if is_object(volume) else None
    if is_object(config):
        return {**volume, "efsVolumeConfiguration": {**config, "transitEncryption": "ENABLED"}}
    return volume
