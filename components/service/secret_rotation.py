"""The rotation of a secret of one service, by the service's own code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, use_key
from components.args import as_inputs, require_between
from components.compute.lambda_function import LambdaFunction, LambdaFunctionArgs, VpcPlacement
from components.logs import LogSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

MAX_DAYS = 90
TIMEOUT_SECONDS = 60
STEPS = [
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
]


@dataclass(frozen=True, kw_only=True)
class RotationCode:
    """The code that rotates a secret, and how often."""

    archive: str
    """Path of the deployment package (zip)."""

    handler: str
    """Handler, as `module.function`."""

    days: int
    """Rotation interval in days."""

    runtime: str = "python3.13"
    """Lambda runtime."""

    def __post_init__(self) -> None:
        """Reject an interval that is too long for a secret."""
        require_between("days", self.days, 1, MAX_DAYS)


@dataclass(frozen=True, kw_only=True)
class SecretRotationArgs:
    """Secret, code and network of a rotation."""

    secret_arn: pulumi.Input[str]
    """ARN of the secret."""

    code: RotationCode
    """Code of the function."""

    account_id: str
    """Account whose Secrets Manager may invoke the function."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the secret."""

    environment: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, "pulumi.Input[str]"]
    )
    """Environment variables: those of the service."""

    subnet_ids: Sequence[pulumi.Input[str]] = ()
    """Private subnets, if it runs in the VPC."""

    security_group_ids: Sequence[pulumi.Input[str]] = ()
    """Security groups, if it runs in the VPC."""

    logs: LogSettings = field(default_factory=LogSettings)
    """Retention and encryption of its log group."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class SecretRotation(pulumi.ComponentResource):
    """A function that may rotate exactly one secret, and its schedule; the function has alarms."""

    def __init__(
        self, name: str, args: SecretRotationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the rotation *name*."""
        super().__init__("bulkhead:service:SecretRotation", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                archive=args.code.archive,
                handler=args.code.handler,
                alarms=args.alarms,
                runtime=args.code.runtime,
                timeout_seconds=TIMEOUT_SECONDS,
                environment=args.environment,
                environment_key_arn=args.key_arn,
                statements=_statements(args),
                vpc=_placement(args),
                description="Rotates a secret",
                logs=args.logs,
                tags=args.tags,
            ),
            child,
        )
        invoked = aws.lambda_.Permission(
            f"{name}-invoked",
            action="lambda:InvokeFunction",
            function=function.function_name,
            principal="secretsmanager.amazonaws.com",
            source_account=args.account_id,
            source_arn=args.secret_arn,
            opts=child,
        )
        aws.secretsmanager.SecretRotation(
            f"{name}-schedule",
            secret_id=args.secret_arn,
            rotation_lambda_arn=function.arn,
            # The first value is set outside the program, after the deployment.
            rotate_immediately=False,
            rotation_rules={"automatically_after_days": args.code.days},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[invoked, function]),
        )
        self.register_outputs({})


def _statements(args: SecretRotationArgs) -> list[Statement]:
    statements = [Statement(actions=STEPS, resources=[args.secret_arn])]
    if args.key_arn is not None:
        statements.append(use_key(args.key_arn, encrypt=True))
    return statements


def _placement(args: SecretRotationArgs) -> VpcPlacement | None:
    if not args.security_group_ids:
        return None
    return VpcPlacement(subnet_ids=args.subnet_ids, security_group_ids=args.security_group_ids)
