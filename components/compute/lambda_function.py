"""A Lambda function with alarms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role, use_key
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs, require_between
from components.logs import LogSettings, allow_write_logs, make_log_group
from components.request_metrics import RequestMetrics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting
    from components.mounts import Mount

MAX_TIMEOUT_SECONDS = 900  # Lambda's maximum
MIN_MEMORY_MIB, MAX_MEMORY_MIB = 128, 10_240  # Lambda's range
MILLISECONDS = 1000
NAMESPACE = "AWS/Lambda"
LOG_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


@dataclass(frozen=True, kw_only=True)
class VpcPlacement:
    """VPC configuration of a function."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets in two zones or more."""

    security_group_ids: Sequence[pulumi.Input[str]]
    """Security groups of the function."""


@dataclass(frozen=True, kw_only=True)
class LambdaFunctionArgs:
    """Code, size, environment and permissions of a Lambda function."""

    archive: str
    """Path of the deployment package (zip)."""

    handler: str
    """Handler, as `module.function`."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    runtime: str = "python3.13"
    """Lambda runtime."""

    memory_mib: int = 256
    """Memory in MiB; CPU is proportional to it."""

    timeout_seconds: int = 10
    """Timeout of an invocation in seconds."""

    reserved_concurrency: int | None = None
    """Reserved concurrency; default: the account's unreserved concurrency."""

    environment: Mapping[str, pulumi.Input[str]] | None = None
    """Environment variables; never secrets."""

    environment_key_arn: pulumi.Input[str] | None = None
    """KMS key that encrypts the environment variables at rest."""

    statements: Sequence[Statement] = ()
    """Permissions of the execution role."""

    vpc: VpcPlacement | None = None
    """VPC configuration; default: not attached to a VPC."""

    mount: Mount | None = None
    """File system that the function mounts; it needs the VPC."""

    description: str = "Runs one workload"
    """Description of the function and its role."""

    slow_ms: int | None = None
    """Threshold of the p99 duration alarm in milliseconds; default: 80 % of the timeout."""

    availability_percent: float = 99.5
    """Percentage of invocations that must succeed; sets the errors alarm."""

    request_alarms: bool = True
    """Alarms on errors and duration; false where an `Objective` watches its `metrics`."""

    log_level: str = "INFO"
    """Least level of its records that are logged: TRACE, DEBUG, INFO, WARN, ERROR or FATAL."""

    logs: LogSettings = field(default_factory=LogSettings)
    """Retention and encryption of its log group."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that Lambda does not accept."""
        require_between("timeout_seconds", self.timeout_seconds, 1, MAX_TIMEOUT_SECONDS)
        require_between("memory_mib", self.memory_mib, MIN_MEMORY_MIB, MAX_MEMORY_MIB)
        if self.log_level not in LOG_LEVELS:
            want = f"use one of {', '.join(LOG_LEVELS)}"
            raise InvalidArgError("log_level", self.log_level, want)
        if self.reserved_concurrency is not None and self.reserved_concurrency < 0:
            want = "use 0 (never runs) or more, or leave it out"
            raise InvalidArgError("reserved_concurrency", self.reserved_concurrency, want)


class LambdaFunction(pulumi.ComponentResource):
    """A Lambda function with its own execution role, log group and alarms."""

    arn: pulumi.Output[str]
    function_name: pulumi.Output[str]
    role_arn: pulumi.Output[str]
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
                statements=[
                    *args.statements,
                    *allow_write_logs(group),
                    *_execution_statements(args),
                ],
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
            logging_config={
                "log_format": "JSON",
                "application_log_level": args.log_level,
                "system_log_level": "INFO",
                "log_group": group.name,
            },
            tracing_config={"mode": "Active"},
            vpc_config=_vpc_config(args),
            file_system_config=_file_system_config(args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*role.ready]),
        )
        for suffix, alarm in _alarms(name, args, function.name).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        # Not declared on the class: Pulumi would treat it as a resource output.
        self.metrics = RequestMetrics(
            namespace=NAMESPACE,
            dimensions={"FunctionName": function.name},
            requests="Invocations",
            errors="Errors",
            latency="Duration",
        )
        self.arn = function.arn
        self.function_name = function.name
        self.role_arn = role.arn
        self.role_name = role.name
        self.log_group_name = group.name
        self.register_outputs(
            {
                "arn": self.arn,
                "function_name": self.function_name,
                "role_arn": self.role_arn,
                "role_name": self.role_name,
                "log_group_name": self.log_group_name,
            }
        )

    def allow_invoke(self) -> list[Statement]:
        """Return the permission to invoke the function synchronously."""
        return [Statement(actions=["lambda:InvokeFunction"], resources=[self.arn])]


def _vpc_config(args: LambdaFunctionArgs) -> aws.lambda_.FunctionVpcConfigArgs | None:
    if args.vpc is None:
        return None
    return aws.lambda_.FunctionVpcConfigArgs(
        subnet_ids=list(args.vpc.subnet_ids),
        security_group_ids=list(args.vpc.security_group_ids),
    )


def _file_system_config(
    args: LambdaFunctionArgs,
) -> aws.lambda_.FunctionFileSystemConfigArgs | None:
    if args.mount is None:
        return None
    return aws.lambda_.FunctionFileSystemConfigArgs(
        arn=args.mount.access_point_arn, local_mount_path=args.mount.path
    )


def _execution_statements(args: LambdaFunctionArgs) -> list[Statement]:
    # X-Ray actions have no resource type, and network interfaces do not exist yet.
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
    dimensions = {"FunctionName": function_name}
    throttles = Alarm(
        kind=AlarmKind.FUNCTION_THROTTLED,
        description=f"Invocations of {name} are turned away: its concurrency is used up",
        namespace=NAMESPACE,
        metric="Throttles",
        dimensions=dimensions,
        threshold=0,
        periods=2,
    )
    if not args.request_alarms:
        return {"throttles": throttles}
    slow_ms = args.slow_ms or args.timeout_seconds * MILLISECONDS * 0.8
    # At 100 invocations a minute, one error is 1 %: a stricter objective tolerates none.
    tolerated = max(0.0, round(100 - args.availability_percent - 1, 3))
    return {
        "throttles": throttles,
        "errors": Alarm(
            kind=AlarmKind.FUNCTION_ERRORS,
            description=f"Invocations of {name} fail: its log group has the reasons",
            namespace=NAMESPACE,
            metric="Errors",
            dimensions=dimensions,
            threshold=tolerated,
            periods=2,
        ),
        "slow": Alarm(
            kind=AlarmKind.SLOW_RESPONSES,
            description=f"The slowest invocations of {name} take longer than promised",
            namespace=NAMESPACE,
            metric="Duration",
            dimensions=dimensions,
            threshold=slow_ms,
            statistic="p99",
            periods=5,
        ),
    }
