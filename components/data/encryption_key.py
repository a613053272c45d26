"""The key an environment encrypts with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.access import document
from components.args import as_inputs, require_between

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs:
    """Whose key it is, and how hard it is to lose."""

    account_id: str
    """The account whose IAM policies decide who may use the key."""

    region: str
    """The region whose log groups it may encrypt."""

    deletion_window_days: int = 30
    """How long a removed key can be brought back."""

    deletion_protection: bool = True
    """The key cannot be removed by accident."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""

    def __post_init__(self) -> None:
        """Refuse a window that leaves no time to notice."""
        require_between("deletion_window_days", self.deletion_window_days, 14, 30)


class EncryptionKey(pulumi.ComponentResource):
    """A key that AWS renews every year; a key that fails shows in the alarms of its users."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the key *name*."""
        super().__init__("bulkhead:data:EncryptionKey", name, as_inputs(args), opts)

        key = aws.kms.Key(
            f"{name}-key",
            description=f"Encrypts what {name} keeps",
            enable_key_rotation=True,
            deletion_window_in_days=args.deletion_window_days,
            policy=document(_policy(args)),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        aws.kms.Alias(
            f"{name}-alias",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


def _policy(args: EncryptionKeyArgs) -> list[dict[str, Any]]:
    account, region = args.account_id, args.region
    own_groups = f"arn:aws:logs:{region}:{account}:*"
    use = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return [
        {
            # Without it nobody could administer the key; IAM policies decide who of the account.
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Sid": "LogGroups",
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{region}.amazonaws.com"},
            "Action": [*use, "kms:Encrypt", "kms:ReEncrypt*", "kms:DescribeKey"],
            "Resource": "*",
            "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": own_groups}},
        },
        {
            "Sid": "AlarmsAndTopics",
            "Effect": "Allow",
            "Principal": {"Service": ["cloudwatch.amazonaws.com", "sns.amazonaws.com"]},
            "Action": use,
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        },
    ]
