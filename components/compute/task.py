"""An ECS task definition with one container."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role
from components.args import InvalidArgError, as_inputs
from components.compute import collector
from components.compute.sizes import MEMORY_MIB
from components.logs import LogSettings, allow_write_logs, make_log_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.compute.collector import Collector
    from components.mounts import Mount

UNPRIVILEGED_USER = "10001:10001"  # any user ID that the image does not define
ENDPOINT_VARIABLE = "OTEL_EXPORTER_OTLP_ENDPOINT"


@dataclass(frozen=True, kw_only=True)
class TaskArgs:
    """Image, command, size and permissions of a task."""

    family: str
    """Family of the task definition, unique in the account."""

    container: str
    """Name of the container; a one-off task overrides its command by this name."""

    image: pulumi.Input[str]
    """Image URI with a digest."""

    command: Sequence[str]
    """Command."""

    pull: Sequence[Statement]
    """Permissions of the execution role to pull the image."""

    region: str
    """Region of the log group."""

    account_id: pulumi.Input[str]
    """Account in the trust policies' `aws:SourceAccount` condition."""

    cpu: int = 256
    """CPU units; 1024 are one vCPU."""

    memory_mib: int = 512
    """Memory limit in MiB; a container above it is stopped."""

    port: int | None = None
    """Port that the container listens on; default: none."""

    environment: Mapping[str, pulumi.Input[str]] | None = None
    """Environment variables; never secrets."""

    statements: Sequence[Statement] = ()
    """Permissions of the task role."""

    mounts: Sequence[Mount] = ()
    """File systems that the container mounts."""

    collector: Collector | None = None
    """Collector that sends the container's spans to X-Ray; none if the program signs by itself."""

    description: str = "Runs one workload"
    """Description of the task role."""

    logs: LogSettings = field(default_factory=LogSettings)
    """Retention and encryption of its log group."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject sizes that Fargate does not offer."""
        if self.cpu not in MEMORY_MIB:
            choices = ", ".join(str(cpu) for cpu in MEMORY_MIB)
            raise InvalidArgError("cpu", self.cpu, f"use one of {choices}")
        if self.memory_mib not in MEMORY_MIB[self.cpu]:
            choices = ", ".join(str(memory) for memory in MEMORY_MIB[self.cpu])
            want = f"with cpu={self.cpu} use one of {choices}"
            raise InvalidArgError("memory_mib", self.memory_mib, want)
        if not self.command:
            raise InvalidArgError("command", list(self.command), "name at least the program")


class Task(pulumi.ComponentResource):
    """A task definition with a read-only root file system; its service has the alarms."""

    arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    execution_role_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: TaskArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the task *name*."""
        super().__init__("bulkhead:compute:Task", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = make_log_group(f"{name}-logs", args.logs, child, args.tags)
        starter = make_role(
            f"{name}-starter",
            RoleArgs(
                service="ecs-tasks.amazonaws.com",
                description=f"Fetches the image and opens the log stream of {name}",
                statements=[*args.pull, *allow_write_logs(group)],
                account_id=args.account_id,
                tags=args.tags,
            ),
            child,
        )
        role = make_role(
            f"{name}-role",
            RoleArgs(
                service="ecs-tasks.amazonaws.com",
                description=args.description,
                statements=args.statements,
                account_id=args.account_id,
                tags=args.tags,
            ),
            child,
        )
        definition = aws.ecs.TaskDefinition(
            f"{name}-definition",
            family=args.family,
            cpu=str(args.cpu),
            memory=str(args.memory_mib),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            runtime_platform={"cpu_architecture": "ARM64", "operating_system_family": "LINUX"},
            execution_role_arn=starter.arn,
            task_role_arn=role.arn,
            volumes=[{"name": "scratch"}, *map(_volume, args.mounts)],
            container_definitions=pulumi.Output.json_dumps(_containers(args, group.name)),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*starter.ready, *role.ready]),
        )

        self.arn = definition.arn
        self.role_arn = role.arn
        self.execution_role_arn = starter.arn
        self.log_group_name = group.name
        self.register_outputs(
            {
                "arn": self.arn,
                "role_arn": self.role_arn,
                "execution_role_arn": self.execution_role_arn,
                "log_group_name": self.log_group_name,
            }
        )


def _volume(mount: Mount) -> aws.ecs.TaskDefinitionVolumeArgsDict:
    return {
        "name": mount.name,
        "efs_volume_configuration": {
            "file_system_id": mount.file_system_id,
            "transit_encryption": "ENABLED",
            "authorization_config": {"access_point_id": mount.access_point_id, "iam": "ENABLED"},
        },
    }


def _containers(args: TaskArgs, log_group_name: pulumi.Output[str]) -> list[dict[str, Any]]:
    main = _container(args, log_group_name)
    if args.collector is None:
        return [main]
    beside = collector.container(args.collector, args.region, UNPRIVILEGED_USER, log_group_name)
    return [main, beside]


def _container(args: TaskArgs, log_group_name: pulumi.Output[str]) -> dict[str, Any]:
    environment = dict(args.environment or {})
    if args.collector is not None and ENDPOINT_VARIABLE in environment:
        environment[ENDPOINT_VARIABLE] = collector.ENDPOINT
    if args.port is not None:
        environment = {**environment, "HOST": "0.0.0.0", "PORT": str(args.port)}  # noqa: S104 - a container of its own
    container: dict[str, Any] = {
        "name": args.container,
        "image": args.image,
        "command": list(args.command),
        "essential": True,
        "environment": [{"name": key, "value": environment[key]} for key in sorted(environment)],
        "readonlyRootFilesystem": True,
        "user": UNPRIVILEGED_USER,
        # Libraries need a writable /tmp. On Fargate it belongs to root unless the image declares
        # VOLUME /tmp with other permissions.
        "mountPoints": [
            {"sourceVolume": "scratch", "containerPath": "/tmp"},  # noqa: S108 - a path inside the container
            *({"sourceVolume": one.name, "containerPath": one.path} for one in args.mounts),
        ],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group_name,
                "awslogs-region": args.region,
                "awslogs-stream-prefix": args.container,
            },
        },
    }
    if args.port is not None:
        container["portMappings"] = [{"containerPort": args.port, "protocol": "tcp"}]
    return container
