"""An S3 bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement, deny_plain_http, document, use_key
from components.args import InvalidArgError, as_inputs
from components.buckets import UPLOAD_DAYS, VERSION_DAYS, make_private

if TYPE_CHECKING:
    from collections.abc import Mapping

READ_WRITE = ("AbortMultipartUpload", "DeleteObject", "GetObject", "ListMultipartUploadParts")


@dataclass(frozen=True, kw_only=True)
class ObjectBucketArgs:
    """Lifecycle, encryption and protection of a bucket."""

    noncurrent_days: int = VERSION_DAYS
    """Days that an overwritten or deleted version of an object is kept."""

    expire_after_days: int | None = None
    """Days after which an object expires; default: never."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the objects; default: keys of S3."""

    access_log_bucket: pulumi.Input[str] | None = None
    """Bucket that receives the server access logs; default: none."""

    deletion_protection: bool = True
    """A bucket with objects cannot be deleted; Pulumi's `protect`."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject days that S3 does not accept."""
        if self.noncurrent_days < 1:
            raise InvalidArgError("noncurrent_days", self.noncurrent_days, "use 1 or more")
        if self.expire_after_days is not None and self.expire_after_days < 1:
            raise InvalidArgError("expire_after_days", self.expire_after_days, "use 1 or more")


class ObjectBucket(pulumi.ComponentResource):
    """A private, encrypted, versioned bucket; it needs no alarm: S3 charges for its metrics."""

    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ObjectBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the bucket *name*."""
        super().__init__("bulkhead:data:ObjectBucket", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        self._key_arn = args.key_arn

        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            force_destroy=not args.deletion_protection,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        settings = make_private(name, bucket, child, args.key_arn)
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.id,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "expiration": {"days": args.expire_after_days}
                    if args.expire_after_days is not None
                    else {"expired_object_delete_marker": True},
                    "noncurrent_version_expiration": {"noncurrent_days": args.noncurrent_days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": UPLOAD_DAYS},
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[settings.versioning]),
        )
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.id,
            policy=document(
                [deny_plain_http("s3:*", [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")])]
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[settings.block]),
        )
        if args.access_log_bucket is not None:
            aws.s3.BucketLogging(
                f"{name}-logging",
                bucket=bucket.id,
                target_bucket=args.access_log_bucket,
                target_prefix=pulumi.Output.concat("s3/", bucket.bucket, "/"),
                opts=child,
            )

        self.bucket_name = bucket.bucket
        self.arn = bucket.arn
        self.ready: list[pulumi.Resource] = [policy, settings.versioning]
        self.register_outputs({"bucket_name": self.bucket_name, "arn": self.arn})

    def allow_read_write(self) -> list[Statement]:
        """Return the permission to list, read, write and delete objects."""
        objects = pulumi.Output.concat(self.arn, "/*")
        key = [] if self._key_arn is None else [use_key(self._key_arn, encrypt=True)]
        return [
            Statement(actions=["s3:ListBucket"], resources=[self.arn]),
            Statement(
                actions=[*(f"s3:{action}" for action in READ_WRITE), "s3:PutObject"],
                resources=[objects],
            ),
            *key,
        ]

    def allow_add(self, prefix: str) -> list[Statement]:
        """Return the permission to add objects below *prefix*, and to list the bucket."""
        key = [] if self._key_arn is None else [use_key(self._key_arn, encrypt=True)]
        return [
            Statement(actions=["s3:ListBucket"], resources=[self.arn]),
            Statement(
                actions=["s3:PutObject"],
                resources=[pulumi.Output.concat(self.arn, f"/{prefix}/*")],
            ),
            *key,
        ]
