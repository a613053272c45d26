"""A function that measures the age of secrets whose values are set by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, use_key
from components.args import InvalidArgError, as_inputs
from components.compute.lambda_function import LambdaFunction, LambdaFunctionArgs
from components.data.secret_age.handler import NAMESPACE
from components.logs import LogSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

SECRETS_OF_TARGET = 75  # their ARNs fit into the input of an EventBridge target, 8192 characters
MAX_SECRETS = 5 * SECRETS_OF_TARGET  # a rule has 5 targets
TIMEOUT_SECONDS = 60
RETRIES = 2


@dataclass(frozen=True, kw_only=True)
class SecretAgesArgs:
    """Secrets, and the code of the function."""

    secret_arns: Sequence[pulumi.Input[str]]
    """ARNs of the secrets."""

    archive: str
    """Path of the deployment package (zip)."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    key_arn: pulumi.Input[str]
    """KMS key of the topic."""

    runtime: str = "python3.13"
    """Lambda runtime."""

    logs: LogSettings = field(default_factory=LogSettings)
    """Retention and encryption of its log group."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject more secrets than the targets of a rule can name."""
        if not 1 <= len(self.secret_arns) <= MAX_SECRETS:
            raise InvalidArgError(
                "secret_arns", f"{len(self.secret_arns)} secrets", f"use 1 to {MAX_SECRETS}"
            )


class SecretAges(pulumi.ComponentResource):
    """A function, invoked every hour, that publishes the age of each secret as a metric."""

    def __init__(
        self, name: str, args: SecretAgesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the function *name* and its schedule."""
        super().__init__("bulkhead:service:SecretAges", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                archive=args.archive,
                handler="handler.handler",
                alarms=args.alarms,
                runtime=args.runtime,
                timeout_seconds=TIMEOUT_SECONDS,
                statements=_statements(args),
                description="Measures the age of secrets",
                logs=args.logs,
                tags=args.tags,
            ),
            child,
        )
        aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-failures",
            function_name=function.function_name,
            maximum_retry_attempts=RETRIES,
            destination_config={"on_failure": {"destination": args.alarms.ticket_topic_arn}},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[function]),
        )
        rule = aws.cloudwatch.EventRule(
            f"{name}-hourly",
            description="Measures the age of secrets",
            schedule_expression="rate(1 hour)",
            tags=args.tags,
            opts=child,
        )
        permitted = aws.lambda_.Permission(
            f"{name}-invoked",
            action="lambda:InvokeFunction",
            function=function.function_name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=child,
        )
        for number, first in enumerate(range(0, len(args.secret_arns), SECRETS_OF_TARGET), 1):
            measured = args.secret_arns[first : first + SECRETS_OF_TARGET]
            aws.cloudwatch.EventTarget(
                f"{name}-target" if number == 1 else f"{name}-target-{number}",
                rule=rule.name,
                arn=function.arn,
                input=pulumi.Output.json_dumps({"secrets": list(measured)}),
                retry_policy={"maximum_retry_attempts": RETRIES},
                opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
            )
        self.register_outputs({})


def _statements(args: SecretAgesArgs) -> list[Statement]:
    return [
        Statement(actions=["secretsmanager:ListSecretVersionIds"], resources=args.secret_arns),
        # PutMetricData has no resource type.
        Statement(
            actions=["cloudwatch:PutMetricData"],
            resources=["*"],
            conditions={"StringEquals": {"cloudwatch:namespace": NAMESPACE}},
        ),
        Statement(actions=["sns:Publish"], resources=[args.alarms.ticket_topic_arn]),
        use_key(args.key_arn, encrypt=True),
    ]
