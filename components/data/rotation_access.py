"""Permissions of the function that rotates database passwords."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, policy_document, use_key
from components.args import NOT_AN_INPUT, as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.functions import InvokedFunction

ROTATED_BY = "rotated-by"
READ = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
WRITE = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]


def rotated_tags(
    function: InvokedFunction, tags: Mapping[str, str] | None
) -> dict[str, pulumi.Input[str]]:
    """Return *tags* and the tag that lets *function* rotate a secret."""
    return {**(tags or {}), ROTATED_BY: function.function_name}


@dataclass(frozen=True, kw_only=True)
class RotationAccessArgs:
    """The function, and where its secrets are."""

    function: InvokedFunction = field(metadata=NOT_AN_INPUT)
    """Lambda function that rotates the secrets with the tag `rotated-by: <its name>`."""

    account_id: str
    """Account of the secrets."""

    region: str
    """Region of the secrets."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the secrets."""


class RotationAccess(pulumi.ComponentResource):
    """One policy for all secrets, whose size does not depend on their number; it has no alarms.

    It reads the secrets of master users that RDS manages in this account. Those of another
    environment are encrypted with another KMS key, which it may not use.
    """

    def __init__(
        self, name: str, args: RotationAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the permissions *name*."""
        super().__init__("bulkhead:data:RotationAccess", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        secrets = f"arn:aws:secretsmanager:{args.region}:{args.account_id}:secret:"
        statements = [
            Statement(
                actions=[*READ, *WRITE],
                resources=[f"{secrets}*"],
                conditions={
                    "StringEquals": {f"aws:ResourceTag/{ROTATED_BY}": args.function.function_name}
                },
            ),
            Statement(actions=READ, resources=[f"{secrets}rds!*"]),
        ]
        if args.key_arn is not None:
            statements.append(use_key(args.key_arn, encrypt=True))
        aws.iam.RolePolicy(
            f"{name}-policy",
            role=args.function.role_name,
            policy=policy_document(statements),
            opts=child,
        )
        aws.lambda_.Permission(
            f"{name}-invoked",
            action="lambda:InvokeFunction",
            function=args.function.function_name,
            principal="secretsmanager.amazonaws.com",
            source_account=args.account_id,
            source_arn=f"{secrets}*",
            opts=child,
        )
        self.register_outputs({})
