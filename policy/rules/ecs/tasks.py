"""Rules on ECS task definitions."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import require_value
from policy.engine.resource import value_at
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object

TASK_SET = "aws:ecs/taskSet:TaskSet"


@rule(
    aws.ECS_SERVICE,
    params={"currentVersions": ["1.4.0", "1.0.0-windows"]},
    remediate=lambda found: changed_inputs(found, {"platformVersion": "LATEST"}),
)
@classify("architecture", "compute", "medium", "mandatory")
def ecs_fargate_platform_current(service: Resource) -> Messages:
    """Fargate services must run on a current platform version.

    Old platform versions no longer receive security fixes.

    References: FSBP ECS.10, Config ecs-fargate-latest-platform-version, Checkov CKV_AWS_332
    Remediation: Remove an outdated platform_version.
    """
    version = service.get("platformVersion")
    current = service.params["currentVersions"]
    if not is_missing(version) and version not in (*current, "LATEST", UNKNOWN):
        yield (
            f"The ECS service '{service.name}' must run on a current platform version: remove"
            " platform_version to use LATEST."
        )


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "compute", "high", "mandatory")
def ecs_no_host_process_namespace(task: Resource) -> Messages:
    """Tasks must not share the process namespace of the host.

    Containers that share the host's process namespace can inspect and stop other processes.

    References: FSBP ECS.3, Config ecs-task-definition-pid-mode-check, Checkov CKV_AWS_335
    """
    if task.get("pidMode") == "host":
        yield (
            f"The task definition '{task.name}' must not share the process namespace of the host:"
            " remove pid_mode."
        )


@rule(
    aws.ECS_TASK_DEFINITION,
    remediate=lambda task: {"volumes": [_encrypted(one) for one in as_list(task.get("volumes"))]},
)
@classify("security", "compute", "high", "mandatory")
def ecs_efs_encrypted_in_transit(task: Resource) -> Messages:
    """Tasks must mount file systems over TLS.

    Without TLS, file data can be read on the network.

    References: FSBP ECS.18, Config ecs-task-definition-efs-encryption-enabled, Checkov CKV_AWS_97,
    Trivy AWS-0035
    Remediation: Set volumes.efs_volume_configuration.transit_encryption to "ENABLED".
    """
    for config in task.entries("volumes.efsVolumeConfiguration"):
        if config.get("transitEncryption") not in ("ENABLED", UNKNOWN):
            yield (
                f"The task definition '{task.name}' must mount its file system over TLS: set"
                ' volumes.efs_volume_configuration.transit_encryption="ENABLED".'
            )


@require_value(aws.ECS_SERVICE, path="enableExecuteCommand", value=False)
@classify("security", "compute", "medium", "advisory", when="production")
def ecs_exec_off() -> None:
    """ECS services must not allow ECS Exec.

    ECS Exec allows unreviewed changes in running containers.
    """


def _encrypted(volume: Any) -> Any:
    """Return *volume* with TLS if it is an EFS file system."""
    config = volume.get("efsVolumeConfiguration") if is_object(volume) else None
    if is_object(config):
        return {**volume, "efsVolumeConfiguration": {**config, "transitEncryption": "ENABLED"}}
    return volume


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "identity", "medium", "advisory")
def ecs_task_and_execution_role_differ(task: Resource) -> Messages:
    """Tasks must have a task role that differs from the execution role.

    A shared role gives application code the permissions of the ECS agent, such as reading secrets.

    References: Checkov CKV_AWS_249
    """
    roles = [task.get("taskRoleArn"), task.get("executionRoleArn")]
    same = isinstance(roles[0], str) and roles[0] == roles[1]
    if same or any(is_missing(role) for role in roles):
        yield (
            f"The task definition '{task.name}' must have two roles: set task_role_arn and"
            " execution_role_arn to different roles."
        )


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "identity", "medium", "mandatory")
def ecs_efs_uses_iam(task: Resource) -> Messages:
    """Tasks must mount file systems with IAM authorization through an access point.

    Without IAM authorization, any client on the network can mount the whole file system.
    """
    for config in task.entries("volumes.efsVolumeConfiguration"):
        iam = value_at(config, "authorizationConfig.iam")
        point = value_at(config, "authorizationConfig.accessPointId")
        if iam not in ("ENABLED", UNKNOWN) or is_missing(point):
            yield (
                f"The task definition '{task.name}' must mount its file system with IAM"
                " authorization: set volumes.efs_volume_configuration.authorization_config with"
                ' iam="ENABLED" and access_point_id.'
            )


@require_value(aws.ECS_SERVICE, TASK_SET, path="networkConfiguration.assignPublicIp", value=False)
@classify("security", "network", "high", "mandatory")
def ecs_service_no_public_ip() -> None:
    """ECS services and task sets must not assign public IP addresses to tasks.

    Clients can bypass the load balancer and reach a task with a public IP address directly.

    References: FSBP ECS.2 (ecs/service), FSBP ECS.16 (ecs/taskSet), Checkov CKV_AWS_333
    """


@rule(aws.ECS_TASK_DEFINITION)
@classify("security", "network", "high", "mandatory")
def ecs_network_mode_awsvpc(task: Resource) -> Messages:
    """Tasks must use the awsvpc network mode.

    Only awsvpc gives each task its own network interface and security groups.

    References: Security Hub ECS.17, Config ecs-awsvpc-networking-enabled,
    Config ecs-task-definition-network-mode-not-host
    """
    mode = task.get("networkMode")
    fargate = "FARGATE" in as_list(task.get("requiresCompatibilities"))
    if is_missing(mode) and (fargate or task.get("requiresCompatibilities") is UNKNOWN):
        return
    if mode not in ("awsvpc", UNKNOWN):
        yield (
            f"The task definition '{task.name}' must use the awsvpc network mode: set"
            ' network_mode="awsvpc".'
        )
