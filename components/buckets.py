"""What every S3 bucket has: its owner's objects only, no public access, encryption and versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi

UPLOAD_DAYS = 7  # after which S3 aborts an incomplete multipart upload
VERSION_DAYS = 30  # of noncurrent versions, by default


@dataclass(frozen=True, kw_only=True)
class BucketSettings:
    """The resources on which others of the same bucket depend."""

    block: aws.s3.BucketPublicAccessBlock
    """Public access block; S3 refuses to change a policy at the same time."""

    versioning: aws.s3.BucketVersioning
    """Versioning, which the expiration of noncurrent versions needs."""


def make_private(
    name: str,
    bucket: aws.s3.Bucket,
    opts: pulumi.ResourceOptions,
    key_arn: pulumi.Input[str] | None = None,
) -> BucketSettings:
    """Define the settings of *bucket*; without *key_arn*, S3's own keys encrypt it."""
    aws.s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=bucket.id,
        rule={"object_ownership": "BucketOwnerEnforced"},
        opts=opts,
    )
    block = aws.s3.BucketPublicAccessBlock(
        f"{name}-private",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.id,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
            if key_arn is None
            else {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": key_arn,
                },
                "bucket_key_enabled": True,
            }
        ],
        opts=opts,
    )
    versioning = aws.s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.id,
        versioning_configuration={"status": "Enabled"},
        opts=opts,
    )
    return BucketSettings(block=block, versioning=versioning)
