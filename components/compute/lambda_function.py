"""A function that says when it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role, use_key
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs, require_between
from components.logs import LogSettings, allow_write_logs, make_log_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_TIMEOUT_SECONDS = 900  # Lambda stops everything after a quarter of an hour
MIN_MEMORY_MIB, MAX_MEMORY_MIB = 128, 10_240  # what Lambda sells
MILLISECONDS = 1000


@dataclass(frozen=True, kw_only=True)
class VpcPlacement:
    """Where in a network a function runs."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Two subnets or more, which should be private."""

    security_group_ids: Sequence[pulumi.Input[str]]
    """Who it is on the network."""


@dataclass(frozen=True, kw_only=True)
class LambdaFunctionArgs:
    """What a function runs, with what, and what it may do."""

    archive: str
    """The path of the zip with its code."""

    handler: str
    """Module and function that take the event."""

    alarm_topic_arn: pulumi.Input[str]
    """Where alarms are reported."""

    runtime: str = "python3.13"
    """The language it is started with."""

    memory_mib: int = 256
    """Its memory, and with it its share of a processor."""

    timeout_seconds: int = 10
    """When an invocation is stopped."""

    reserved_concurrency: int | None = None
    """How many run at once at most; without it they share the account's limit."""

    environment: Mapping[str, pulumi.Input[str]] | None = None
    """What it learns about its surroundings; never a secret."""

    environment_key_arn: pulumi.Input[str] | None = None
    """The key that encrypts the environment at rest."""

    statements: Sequence[Statement] = ()
    """What its code may do."""

    vpc: VpcPlacement | None = None
    """Where it runs in a network, if it needs one."""

    description: str = "Runs one workload"
    """What it is for, as the console shows it."""

    slow_ms: int | None = None
    """The 99th percentile of its duration above which an alarm goes off."""

    availability_percent: float = 99.5
    """The share of invocations that must not fail."""

    logs: LogSettings = field(default_factory=LogSettings)
    """How its output is kept."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""

    def __post_init__(self) -> None:
        """Refuse what Lambda would only refuse during the deployment."""
        require_between("timeout_seconds", self.timeout_seconds, 1, MAX_TIMEOUT_SECONDS)
        require_between("memory_mib", self.memory_mib, MIN_MEMORY_MIB, MAX_MEMORY_MIB)
        if self.reserved_concurrency is not None and self.reserved_concurrency < 0:
            want = "use 0 (never runs) or more, or leave it out"
            raise InvalidArgError("reserved_concurrency", self.reserved_concurrency, want)


class LambdaFunction(pulumi.ComponentResource):
    """A function with a role, a log group and alarms of its own."""

    arn: pulumi.Output[str]
    function_name: pulumi.Output[str]
    role_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: LambdaFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the function *name*."""
        super().__init__("bulkhead:compute:LambdaFunction", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = make_log_group(f"{name}-logs", args.logs, child, args.tags)
        role = make_role(
            f"{name}-role",
            RoleArgs(
                service="lambda.amazonaws.com",
                description=args.description,
                statements=[*args.statements, *allow_write_logs(group), *_surroundings(args)],
                tags=args.tags,
            ),
            child,
        )
        function = aws.lambda_.Function(
            f"{name}-function",
            code=pulumi.FileArchive(args.archive),
            handler=args.handler,
            runtime=args.runtime,
            architectures=["arm64"],
            role=role.arn,
            description=args.description,
            memory_size=args.memory_mib,
            timeout=args.timeout_seconds,
            reserved_concurrent_executions=args.reserved_concurrency,
            environment={"variables": dict(args.environment or {})},
            kms_key_arn=args.environment_key_arn,
            logging_config={"log_format": "Text", "log_group": group.name},
            tracing_config={"mode": "Active"},
            vpc_config=_vpc_config(args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*role.ready]),
        )
        for suffix, alarm in _alarms(name, args, function.name).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarm_topic_arn, child, args.tags)

        self.arn = function.arn
        self.function_name = function.name
        self.role_name = role.name
        self.log_group_name = group.name
        self.register_outputs(
            {
                "arn": self.arn,
                "function_name": self.function_name,
                "role_name": self.role_name,
                "log_group_name": self.log_group_name,
            }
        )

    def allow_invoke(self) -> list[Statement]:
        """Return the permission to call the function and wait for its answer."""
        return [Statement(actions=["lambda:InvokeFunction"], resources=[self.arn])]


def _vpc_config(args: LambdaFunctionArgs) -> aws.lambda_.FunctionVpcConfigArgs | None:
    if args.vpc is None:
        return None
    return aws.lambda_.FunctionVpcConfigArgs(
        subnet_ids=list(args.vpc.subnet_ids),
        security_group_ids=list(args.vpc.security_group_ids),
    )


def _surroundings(args: LambdaFunctionArgs) -> list[Statement]:
    # AWS knows no resource for traces, nor for network interfaces that do not exist yet.
    traces = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    statements = [Statement(actions=traces, resources=["*"])]
    if args.vpc is not None:
        interfaces = [
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
        ]
        statements.append(Statement(actions=interfaces, resources=["*"]))
    if args.environment_key_arn is not None:
        statements.append(use_key(args.environment_key_arn, encrypt=False))
    return statements


def _alarms(
    name: str, args: LambdaFunctionArgs, function_name: pulumi.Output[str]
) -> dict[str, Alarm]:
    whose = {"FunctionName": function_name}
    slow_ms = args.slow_ms or args.timeout_seconds * MILLISECONDS * 0.8
    # At a hundred invocations a minute, a failure is 1 %: a stricter promise tolerates none.
    tolerated = max(0.0, round(100 - args.availability_percent - 1, 3))
    return {
        "errors": Alarm(
            description=f"Invocations of {name} fail: its log group has the reasons",
            namespace="AWS/Lambda",
            metric="Errors",
            dimensions=whose,
            threshold=tolerated,
            periods=2,
        ),
        "throttles": Alarm(
            description=f"Invocations of {name} are turned away: its concurrency is used up",
            namespace="AWS/Lambda",
            metric="Throttles",
            dimensions=whose,
            threshold=0,
            periods=2,
        ),
        "slow": Alarm(
            description=f"The slowest invocations of {name} take longer than promised",
            namespace="AWS/Lambda",
            metric="Duration",
            dimensions=whose,
            threshold=slow_ms,
            statistic="p99",
            periods=5,
        ),
    }
