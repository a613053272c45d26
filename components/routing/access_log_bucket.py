"""An S3 bucket for access logs of a load balancer, and of the environment's other buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import deny_plain_http, document
from components.args import InvalidArgError, as_inputs
from components.buckets import UPLOAD_DAYS, VERSION_DAYS, make_private

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class AccessLogBucketArgs:
    """Retention and protection of access logs."""

    account_id: pulumi.Input[str]
    """Account whose load balancers and buckets may write."""

    retention_days: int = 365
    """Retention of log objects in days."""

    deletion_protection: bool = True
    """A bucket with objects cannot be deleted; Pulumi's `protect`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject a retention under one day."""
        if self.retention_days < 1:
            raise InvalidArgError("retention_days", self.retention_days, "use 1 or more")


class AccessLogBucket(pulumi.ComponentResource):
    """A private, versioned bucket for access logs; it needs no alarm."""

    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: AccessLogBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the bucket *name*."""
        super().__init__("bulkhead:routing:AccessLogBucket", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            force_destroy=not args.deletion_protection,
            # Log delivery does not support SSE-KMS with a customer managed key.
            tags={**(args.tags or {}), "purpose": "logs", "data-class": "internal"},
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        settings = make_private(name, bucket, child)
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.id,
            rules=[
                {
                    "id": "forget",
                    "status": "Enabled",
                    "expiration": {"days": args.retention_days},
                    "noncurrent_version_expiration": {"noncurrent_days": VERSION_DAYS},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": UPLOAD_DAYS},
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[settings.versioning]),
        )
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.id,
            policy=_policy(bucket.arn, args.account_id),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[settings.block]),
        )

        self.bucket_name = bucket.bucket
        self.arn = bucket.arn
        self.ready: list[pulumi.Resource] = [policy]
        # S3 refuses to log to a bucket whose policy does not admit it yet.
        self.log_target = policy.bucket
        self.register_outputs({"bucket_name": self.bucket_name, "arn": self.arn})


def _policy(arn: pulumi.Output[str], account_id: pulumi.Input[str]) -> pulumi.Output[str]:
    objects = pulumi.Output.concat(arn, "/*")
    write = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": pulumi.Output.concat(arn, "/AWSLogs/", account_id, "/*"),
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
    }
    of_buckets = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": pulumi.Output.concat(arn, "/s3/*"),
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
    }
    return document([write, of_buckets, deny_plain_http("s3:*", [arn, objects])])
