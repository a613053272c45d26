"""A database user of one service, with a rotated password in Secrets Manager."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, use_key
from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs, require_between
from components.data.engines import UserEngine
from components.data.rotation_access import rotated_tags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.functions import InvokedFunction

MAX_ROTATION_DAYS = 90
MAX_NAMES = {  # the rotation appends two characters
    UserEngine.POSTGRESQL: 61,
    UserEngine.MYSQL: 30,
    UserEngine.MARIADB: 78,
}
RECOVERY_DAYS = 30
MASTER_SECRET = "master-secret"  # noqa: S105 - a tag's name
"""Tag with the ARN of the master user's secret."""

LOGINS = ("a", "b")
"""Suffixes of the two login users that a rotation alternates between."""


@dataclass(frozen=True, kw_only=True)
class DatabaseUserArgs:
    """Name, database and rotation of a database user."""

    username: str
    """Role that owns the service's tables; the login users are members of it."""

    engine: UserEngine = UserEngine.POSTGRESQL
    """Engine of the database."""

    host: pulumi.Input[str]
    """Host of the database."""

    port: pulumi.Input[int]
    """Port of the database."""

    database_name: pulumi.Input[str]
    """Name of the database."""

    master_secret_arn: pulumi.Input[str]
    """ARN of the master user's secret; the master user creates the user."""

    rotation_function: InvokedFunction = field(metadata=NOT_AN_INPUT)
    """Lambda function that rotates the password, with the permissions of `RotationAccess`."""

    ready: Sequence[pulumi.Resource] = field(default=(), metadata=NOT_AN_INPUT)
    """What the first rotation needs: its permissions, the database and its ingress rules."""

    proxied: bool = False
    """Whether a proxy logs in for clients: each login user then has a secret for the proxy."""

    rotation_days: int = 30
    """Rotation interval in days."""

    recoverable: bool = True
    """Recovery window of 30 days for a deleted secret; otherwise it is deleted immediately."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the secret; default: `aws/secretsmanager`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that the engine or Secrets Manager does not accept."""
        require_between("rotation_days", self.rotation_days, 1, MAX_ROTATION_DAYS)
        longest = MAX_NAMES[self.engine]
        if not self.username.isidentifier() or len(self.username) > longest:
            want = f"use at most {longest} letters, digits and underscores, a letter first"
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

        tags = rotated_tags(args.rotation_function, args.tags)
        # Not declared on the class: Pulumi would treat it as a resource output.
        self.login_secret_arns: list[pulumi.Output[str]] = []
        for login in LOGINS if args.proxied else ():
            user = f"{args.username}_{login}"
            made = _secret(f"{name}-login-{login}", user, args, dict(tags), child)
            self.login_secret_arns.append(made.arn)
        for login, arn in zip(LOGINS, self.login_secret_arns, strict=False):
            tags[f"login-secret-{login}"] = arn
        # Not in the secret's value: another secret may take its place.
        tags[MASTER_SECRET] = args.master_secret_arn
        secret = _secret(name, args.username, args, tags, child)
        described = aws.secretsmanager.SecretVersion(
            f"{name}-described",
            secret_id=secret.id,
            secret_string=pulumi.Output.json_dumps(
                {
                    "engine": args.engine.value,
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
        aws.secretsmanager.SecretRotation(
            f"{name}-schedule",
            secret_id=secret.id,
            rotation_lambda_arn=args.rotation_function.arn,
            rotate_immediately=True,
            rotation_rules=_rules(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[described, *args.ready]),
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


def _secret(
    name: str,
    user: str,
    args: DatabaseUserArgs,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> aws.secretsmanager.Secret:
    return aws.secretsmanager.Secret(
        name,
        description=f"The database user {user}",
        kms_key_id=args.key_arn,
        recovery_window_in_days=RECOVERY_DAYS if args.recoverable else 0,
        tags=tags,
        opts=opts,
    )


def _rules(args: DatabaseUserArgs) -> aws.secretsmanager.SecretRotationRotationRulesArgs:
    """Return the interval; its form differs for a proxy, so that adding one rotates at once.

    Only a rotation writes the secrets of the login users.
    """
    days = args.rotation_days
    if args.proxied:
        return aws.secretsmanager.SecretRotationRotationRulesArgs(
            schedule_expression=f"rate({days} day{'s' if days > 1 else ''})"
        )
    return aws.secretsmanager.SecretRotationRotationRulesArgs(automatically_after_days=days)
