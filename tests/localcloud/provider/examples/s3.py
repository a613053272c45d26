"""Examples of buckets and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

BUCKET = "aws:s3/bucket:Bucket"


def bucket(stage: Stage) -> dict[str, str]:
    return {"bucket": stage.make(BUCKET)["id"]}


def encrypted(algorithm: str) -> dict:
    return {
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm},
                "bucketKeyEnabled": True,
            }
        ]
    }


def expiry(days: int) -> dict:
    return {"rules": [{"id": "old", "status": "Enabled", "expiration": {"days": days}}]}


EXAMPLES = (
    Example(
        type=BUCKET,
        inputs=lambda _: {"forceDestroy": True, "tags": {"kind": "example"}},
        update={"tags": {"kind": "changed"}},
        bad={"bucket": "BAD_Name", "corsRules": [{"allowedMethods": [], "allowedOrigins": []}]},
    ),
    Example(
        type="aws:s3/bucketPolicy:BucketPolicy",
        inputs=lambda stage: {**bucket(stage), "policy": allow("s3:GetObject")},
        update={"policy": allow("s3:ListBucket")},
        bad={"policy": "{"},
    ),
    Example(
        type="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        inputs=lambda stage: {**bucket(stage), "blockPublicAcls": True},
        update={"blockPublicPolicy": True},
        outputs={"blockPublicAcls": True, "ignorePublicAcls": False},
        optional=lambda _: {"restrictPublicBuckets": True},
        bad={"blockPublicAcls": "perhaps"},
    ),
    Example(
        type="aws:s3/bucketServerSideEncryptionConfiguration:"
        "BucketServerSideEncryptionConfiguration",
        inputs=lambda stage: {**bucket(stage), **encrypted("AES256")},
        update=encrypted("aws:kms"),
        bad=encrypted("rot13"),
        lasting="S3 encrypts every bucket",
    ),
    Example(
        type="aws:s3/bucketVersioning:BucketVersioning",
        inputs=lambda stage: {**bucket(stage), "versioningConfiguration": {"status": "Enabled"}},
        update={"versioningConfiguration": {"status": "Suspended"}},
        bad={"versioningConfiguration": {"status": "Perhaps"}},
        lasting="AWS cannot forget that a bucket kept versions",
    ),
    Example(
        type="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        inputs=lambda stage: {**bucket(stage), **expiry(30)},
        update=expiry(60),
        values=lambda _: {"rules": [{**expiry(60)["rules"][0], "status": "Disabled"}]},
        kept="rules",
        bad=expiry(0),
    ),
    Example(
        type="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        inputs=lambda stage: {
            **bucket(stage),
            "rule": {"objectOwnership": "BucketOwnerEnforced"},
        },
        update={"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        bad={"rule": {"objectOwnership": "Nobody"}},
    ),
)
