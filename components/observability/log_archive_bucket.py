"""The S3 bucket of archived log lines, whose objects cannot be deleted before their time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.access import Statement, deny_plain_http, document, use_key
from components.args import InvalidArgError, as_inputs
from components.buckets import UPLOAD_DAYS, make_private

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITE = (
    "AbortMultipartUpload", "GetBucketLocation", "GetObject", "ListBucket",
    "ListBucketMultipartUploads", "PutObject",
)  # fmt: skip
"""The actions with which Firehose writes to a bucket."""


@dataclass(frozen=True, kw_only=True)
class LogArchiveBucketArgs:
    """Retention and protection of the objects."""

    key_arn: pulumi.Input[str]
    """KMS key of the objects."""

    retention_days: int = 365
    """Days for which an object is locked; then it expires."""

    deletion_protection: bool = True
    """Pulumi's `protect`, no principal may bypass the lock, and the bucket stays in the account
    when it leaves the program."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject a retention under one day."""
        if self.retention_days < 1:
            raise InvalidArgError("retention_days", self.retention_days, "use 1 or more")


class LogArchiveBucket(pulumi.ComponentResource):
    """A private bucket with Object Lock in governance mode; its writer has the alarms."""

    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: LogArchiveBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the bucket *name*."""
        super().__init__("bulkhead:observability:LogArchiveBucket", name, as_inputs(args), opts)
        kept = args.deletion_protection
        child = pulumi.ResourceOptions(parent=self, retain_on_delete=kept)
        self._key_arn = args.key_arn

        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            object_lock_enabled=True,
            force_destroy=not kept,
            tags={**(args.tags or {}), "purpose": "logs", "data-class": "internal"},
            opts=pulumi.ResourceOptions(parent=self, protect=kept, retain_on_delete=kept),
        )
        settings = make_private(name, bucket, child, args.key_arn)
        versioned = pulumi.ResourceOptions.merge(
            child, pulumi.ResourceOptions(depends_on=[settings.versioning])
        )
        aws.s3.BucketObjectLockConfiguration(
            f"{name}-lock",
            bucket=bucket.id,
            rule={"default_retention": {"mode": "GOVERNANCE", "days": args.retention_days}},
            opts=versioned,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.id,
            rules=[
                {
                    "id": "forget",
                    "status": "Enabled",
                    "expiration": {"days": args.retention_days},
                    "noncurrent_version_expiration": {"noncurrent_days": 1},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": UPLOAD_DAYS},
                }
            ],
            opts=versioned,
        )
        statements = [
            deny_plain_http("s3:*", [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")]),
            *([_deny_bypass(bucket.arn)] if kept else []),
        ]
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.id,
            policy=document(statements),
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(depends_on=[settings.block])
            ),
        )

        self.bucket_name = bucket.bucket
        self.arn = bucket.arn
        self.ready: list[pulumi.Resource] = [policy, settings.versioning]
        self.register_outputs({"bucket_name": self.bucket_name, "arn": self.arn})

    def allow_deliver(self) -> list[Statement]:
        """Return the permission to write objects, as Firehose needs it."""
        return [
            Statement(
                actions=[f"s3:{action}" for action in WRITE],
                resources=[self.arn, pulumi.Output.concat(self.arn, "/*")],
            ),
            use_key(self._key_arn, encrypt=True),
        ]


def _deny_bypass(arn: pulumi.Output[str]) -> dict[str, Any]:
    return {
        "Sid": "DenyBypassOfTheLock",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:BypassGovernanceRetention",
        "Resource": pulumi.Output.concat(arn, "/*"),
    }
