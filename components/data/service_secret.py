"""A secret of one service, whose value is set outside the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, use_key
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import as_inputs, require_between
from components.data.secret_age.handler import METRIC, NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting

RECOVERY_DAYS = 30
MAX_AGE_DAYS = 9999
DAY_SECONDS = 86_400
NAME_TAG = "secret"
"""Tag with the name of the secret in its service, by which `bulkhead secret set` finds it."""


@dataclass(frozen=True, kw_only=True)
class ServiceSecretArgs:
    """Name, age limit and encryption of a secret."""

    name: str
    """Name of the secret in its service."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    max_age_days: int | None = None
    """Age of the value in days, above which the alarm goes off; default: no alarm."""

    recoverable: bool = True
    """Recovery window of 30 days for a deleted secret; otherwise it is deleted immediately."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the secret; default: `aws/secretsmanager`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject an age that is not a number of days."""
        if self.max_age_days is not None:
            require_between("max_age_days", self.max_age_days, 1, MAX_AGE_DAYS)


class ServiceSecret(pulumi.ComponentResource):
    """A secret without a version: its value never reaches the program or its state."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ServiceSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the secret *name*."""
        super().__init__("bulkhead:data:ServiceSecret", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        self._key_arn = args.key_arn

        secret = aws.secretsmanager.Secret(
            f"{name}-secret",
            description=f"{args.name}: its value is set by bulkhead secret set",
            kms_key_id=args.key_arn,
            recovery_window_in_days=RECOVERY_DAYS if args.recoverable else 0,
            tags={**(args.tags or {}), NAME_TAG: args.name},
            opts=child,
        )
        if args.max_age_days is not None:
            old = Alarm(
                kind=AlarmKind.SECRET_OLD,
                description=f"The value of {name} is older than {args.max_age_days} days: set a new"
                " one by bulkhead secret set",
                namespace=NAMESPACE,
                metric=METRIC,
                dimensions={"SecretId": secret.arn},
                threshold=args.max_age_days,
                statistic="Maximum",
                period_seconds=DAY_SECONDS,
            )
            make_alarm(f"{name}-old", old, args.alarms, child, args.tags)

        self.arn = secret.arn
        self.register_outputs({"arn": self.arn})

    def allow_read(self) -> list[Statement]:
        """Return the permission to read the value."""
        actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        statements = [Statement(actions=actions, resources=[self.arn])]
        if self._key_arn is not None:
            statements.append(use_key(self._key_arn, encrypt=False))
        return statements
