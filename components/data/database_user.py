"""A database user of one service, with a rotated password in Secrets Manager."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, policy_document, use_key
from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs, require_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.functions import InvokedFunction

MAX_ROTATION_DAYS = 90
MAX_NAME = 61  # PostgreSQL truncates identifiers at 63 bytes, and the rotation appends two
RECOVERY_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class DatabaseUserArgs:
    """Name, database and rotation of a database user."""

    username: str
    """PostgreSQL role that owns the service's tables; the login users are members of it."""

    host: pulumi.Input[str]
    """Host of the database."""

    port: pulumi.Input[int]
    """Port of the database."""

    database_name: pulumi.Input[str]
    """Name of the database."""

    master_secret_arn: pulumi.Input[str]
    """ARN of the master user's secret; the master user creates the user."""

    rotation_function: InvokedFunction = field(metadata=NOT_AN_INPUT)
    """Lambda function that rotates the password; its role gets access to the secret."""

    rotation_days: int = 30
    """Rotation interval in days."""

    recoverable: bool = True
    """Recovery window of 30 days for a deleted secret; otherwise it is deleted immediately."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the secret; default: `aws/secretsmanager`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that PostgreSQL or Secrets Manager does not accept."""
        require_between("rotation_days", self.rotation_days, 1, MAX_ROTATION_DAYS)
        if not self.username.isidentifier() or len(self.username) > MAX_NAME:
            want = f"use at most {MAX_NAME} letters, digits and underscores, a letter first"
            raise InvalidArgError("username", self.username, want)


class DatabaseUser(pulumi.ComponentResource):
    """A secret with the credentials of one service; the rotation function has the alarms."""

    secret_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: DatabaseUserArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the user *name*."""
        super().__init__("bulkhead:data:DatabaseUser", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        self._key_arn = args.key_arn

        secret = aws.secretsmanager.Secret(
            name,
            description=f"The database user {args.username}",
            kms_key_id=args.key_arn,
            recovery_window_in_days=RECOVERY_DAYS if args.recoverable else 0,
            tags=args.tags,
            opts=child,
        )
        described = aws.secretsmanager.SecretVersion(
            f"{name}-described",
            secret_id=secret.id,
            secret_string=pulumi.Output.json_dumps(
                {
                    "engine": "postgres",
                    "host": args.host,
                    "port": args.port,
                    "dbname": args.database_name,
                    "username": args.username,
                    "masterarn": args.master_secret_arn,
                }
            ),
            # The rotation writes newer versions, which must not be overwritten.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["secretString"]),
        )
        permitted = aws.lambda_.Permission(
            f"{name}-rotates",
            action="lambda:InvokeFunction",
            function=args.rotation_function.function_name,
            principal="secretsmanager.amazonaws.com",
            source_arn=secret.arn,
            opts=child,
        )
        granted = aws.iam.RolePolicy(
            f"{name}-rotation",
            role=args.rotation_function.role_name,
            policy=policy_document(_rotate(secret.arn, args)),
            opts=child,
        )
        aws.secretsmanager.SecretRotation(
            f"{name}-schedule",
            secret_id=secret.id,
            rotation_lambda_arn=args.rotation_function.arn,
            rotate_immediately=True,
            rotation_rules={"automatically_after_days": args.rotation_days},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[described, permitted, granted]),
        )

        self.secret_arn = secret.arn
        self.register_outputs({"secret_arn": self.secret_arn})

    def allow_read(self) -> list[Statement]:
        """Return the permission to read the credentials."""
        actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        statements = [Statement(actions=actions, resources=[self.secret_arn])]
        if self._key_arn is not None:
            statements.append(use_key(self._key_arn, encrypt=False))
        return statements


def _rotate(secret_arn: pulumi.Output[str], args: DatabaseUserArgs) -> list[Statement]:
    read = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    write = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
    statements = [
        Statement(actions=[*read, *write], resources=[secret_arn]),
        Statement(actions=read, resources=[args.master_secret_arn]),
    ]
    if args.key_arn is not None:
        statements.append(use_key(args.key_arn, encrypt=True))
    return statements
