"""Rules on buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACCOUNT_PUBLIC_ACCESS_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
BLOCKS = {
    "blockPublicAcls": "block_public_acls",
    "blockPublicPolicy": "block_public_policy",
    "ignorePublicAcls": "ignore_public_acls",
    "restrictPublicBuckets": "restrict_public_buckets",
}


@rule(
    PUBLIC_ACCESS_BLOCK,
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="Each of the four closes a way by which a bucket has become public before.",
    references=(
        "FSBP S3.8",
        "CIS 3.0 2.1.4",
        "CIS 7.0 3.1.4",
        "Config s3-bucket-level-public-access-prohibited",
        "Checkov CKV_AWS_53",
        "Checkov CKV_AWS_54",
        "Checkov CKV_AWS_55",
        "Checkov CKV_AWS_56",
        "cdk-nag AwsSolutions-S2",
    ),
    remediation="Set all four to True.",
    remediate=lambda _: dict.fromkeys(BLOCKS, True),
)
def s3_public_access_block_complete(block: Resource) -> Iterator[str]:
    """Public access blocks must close all four ways."""
    open_ways = [
        argument
        for key, argument in BLOCKS.items()
        if (value := block.get(key)) is not UNKNOWN and not is_true(value)
    ]
    if open_ways:
        yield (
            f"The public access block '{block.name}' must be complete: set"
            f" {', '.join(f'{way}=True' for way in open_ways)}."
        )
