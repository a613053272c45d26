"""What one container is: image, command, environment, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role
from components.args import InvalidArgError, as_inputs
from components.compute.sizes import MEMORY_MIB
from components.logs import LogSettings, allow_write_logs, make_log_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNPRIVILEGED_USER = "10001:10001"  # any id that no account of the image has


@dataclass(frozen=True, kw_only=True)
class TaskArgs:
    """How one container is started."""

    family: str
    """The name its revisions share, unique in the account."""

    container: str
    """The container's name, by which a one-off task overrides the command."""

    image: pulumi.Input[str]
    """The image by its digest."""

    command: Sequence[str]
    """What is started in it."""

    pull: Sequence[Statement]
    """The permission to fetch the image."""

    region: str
    """Where its log lines go."""

    account_id: pulumi.Input[str]
    """The account on whose behalf it runs."""

    cpu: int = 256
    """Its share of a processor, 1024 being a whole one."""

    memory_mib: int = 512
    """The memory above which it is stopped."""

    port: int | None = None
    """The port it answers on, if it answers requests."""

    environment: Mapping[str, pulumi.Input[str]] | None = None
    """What it learns about its surroundings; never a secret."""

    statements: Sequence[Statement] = ()
    """What its code may do."""

    description: str = "Runs one workload"
    """What its role is for, as the console shows it."""

    logs: LogSettings = field(default_factory=LogSettings)
    """How its output is kept."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""

    def __post_init__(self) -> None:
        """Refuse sizes that Fargate does not offer."""
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
    """A task with roles, a read-only root and logs of its own; its service brings the alarms."""

    arn: pulumi.Output[str]
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
            volumes=[{"name": "scratch"}],
            container_definitions=pulumi.Output.json_dumps([_container(args, group.name)]),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*starter.ready, *role.ready]),
        )

        self.arn = definition.arn
        self.log_group_name = group.name
        self.register_outputs({"arn": self.arn, "log_group_name": self.log_group_name})


def _container(args: TaskArgs, log_group_name: pulumi.Output[str]) -> dict[str, Any]:
    environment = dict(args.environment or {})
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
        # Libraries expect a place for temporary files even where nothing else can be written.
        # Fargate gives it to root alone unless the image declares VOLUME /tmp with other rights.
        "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/tmp"}],  # noqa: S108 - a path inside the container
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
