"""A master user whose password the platform rotates, for databases with read replicas.

RDS creates no read replica of a database whose master password it manages, except of SQL Server.
"""

from __future__ import annotations

import json
import secrets as randomness
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.data.rotation_access import rotated_tags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.data.engines import Engine
    from components.functions import InvokedFunction

RECOVERY_DAYS = 30
PASSWORD_BYTES = 36
CURRENT = "AWSCURRENT"


@dataclass(frozen=True, kw_only=True)
class MasterRotation:
    """How the password of a master user is rotated."""

    function: InvokedFunction
    """Lambda function that rotates the password, with the permissions of `RotationAccess`."""

    ready: Sequence[pulumi.Resource] = ()
    """What the first rotation needs besides the database: its permissions."""

    days: int = 30
    """Rotation interval in days."""


@dataclass(frozen=True, kw_only=True)
class MasterSecret:
    """The secret of a master user."""

    engine: Engine
    """Engine of the database."""

    rotation: MasterRotation
    """Rotation of the password."""

    recoverable: bool
    """Recovery window of 30 days for a deleted secret; otherwise it is deleted immediately."""

    key_arn: pulumi.Input[str] | None
    """KMS key of the secret; None: `aws/secretsmanager`."""

    tags: Mapping[str, str] | None
    """Tags in addition to the provider's default tags."""


@dataclass(frozen=True, kw_only=True)
class MasterUser:
    """The secret of a master user, and its password until the first rotation."""

    args: MasterSecret
    """What the secret was defined with."""

    secret: aws.secretsmanager.Secret
    """Secret."""

    initial_password: pulumi.Output[str]
    """Random password that the database is created with."""


def make_master_user(name: str, args: MasterSecret, opts: pulumi.ResourceOptions) -> MasterUser:
    """Define the secret of the master user of the database *name*, with an initial password."""
    secret = aws.secretsmanager.Secret(
        f"{name}-master",
        description=f"The master user of the database {name}",
        kms_key_id=args.key_arn,
        recovery_window_in_days=RECOVERY_DAYS if args.recoverable else 0,
        tags=rotated_tags(args.rotation.function, args.tags),
        opts=opts,
    )
    password = randomness.token_urlsafe(PASSWORD_BYTES)
    initial = _version(f"{name}-master-initial", secret, {"password": password}, "initial", opts)
    password_set = initial.secret_string.apply(_password)
    return MasterUser(args=args, secret=secret, initial_password=password_set)


def rotate_master_user(
    name: str, user: MasterUser, database: aws.rds.Instance, opts: pulumi.ResourceOptions
) -> None:
    """Rotate the password of *user* of *database* at once, and then at an interval."""
    engine, rotation = user.args.engine, user.args.rotation
    credentials = {
        "engine": engine.user_engine,
        "host": database.address,
        "port": database.port,
        "dbname": database.db_name,
        "username": engine.master_username,
        "password": user.initial_password,
    }
    described = _version(f"{name}-master-described", user.secret, credentials, "described", opts)
    needed = pulumi.ResourceOptions(depends_on=[described, *rotation.ready])
    aws.secretsmanager.SecretRotation(
        f"{name}-master-schedule",
        secret_id=user.secret.id,
        rotation_lambda_arn=rotation.function.arn,
        rotate_immediately=True,
        rotation_rules={"automatically_after_days": rotation.days},
        opts=pulumi.ResourceOptions.merge(opts, needed),
    )


def _version(
    name: str,
    secret: aws.secretsmanager.Secret,
    content: Mapping[str, pulumi.Input[object]],
    label: str,
    opts: pulumi.ResourceOptions,
) -> aws.secretsmanager.SecretVersion:
    """Define a version; *label* keeps Secrets Manager from deleting it once it is superseded."""
    # The rotation writes newer versions, which must not be overwritten.
    kept = pulumi.ResourceOptions(ignore_changes=["secretString", "versionStages"])
    return aws.secretsmanager.SecretVersion(
        name,
        secret_id=secret.id,
        secret_string=pulumi.Output.secret(pulumi.Output.json_dumps(content)),
        version_stages=[CURRENT, label],
        opts=pulumi.ResourceOptions.merge(opts, kept),
    )


def _password(content: str | None) -> str:
    return str(json.loads(content or "{}").get("password", ""))
