"""A customer managed KMS key."""

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
    """Key policy and deletion of a KMS key."""

    account_id: str
    """Account whose IAM policies grant access to the key."""

    region: str
    """Region of the log groups that may use the key."""

    key_region: str | None = None
    """Region of the key; default: the provider's."""

    deletion_window_days: int = 30
    """Waiting period before the key is deleted, in days."""

    deletion_protection: bool = True
    """Pulumi's `protect` on the key."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject a waiting period under 14 days."""
        require_between("deletion_window_days", self.deletion_window_days, 14, 30)


class EncryptionKey(pulumi.ComponentResource):
    """A KMS key with yearly rotation and an alias; resources that use it have the alarms."""

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
            region=args.key_region,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        aws.kms.Alias(
            f"{name}-alias",
            target_key_id=key.key_id,
            region=args.key_region,
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
            # Delegates access control to IAM; without it the key could not be administered.
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
        {
            "Sid": "EventBuses",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": [*use, "kms:ReEncrypt*", "kms:DescribeKey"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        },
    ]
