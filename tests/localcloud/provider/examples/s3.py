"""Examples of buckets and their settings."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

CONTROLS = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
BUCKET = "aws:s3/bucket:Bucket"
OWNER = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"


def bucket(stage: Stage) -> dict[str, str]:
    return {"bucket": stage.make(BUCKET)["id"]}


def opened(stage: Stage) -> dict[str, str]:
    """Return a bucket that takes ACLs and public policies."""
    name = f"open{stage.number()}"
    made = {"bucket": stage.create(BUCKET, {}, name).id}
    stage.create(CONTROLS, {**made, "rule": {"objectOwnership": "ObjectWriter"}}, name)
    stage.create(BLOCK, {**made, "blockPublicAcls": False}, name)
    return made


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


def locked(stage: Stage) -> dict[str, str]:
    return {
        "bucket": stage.create(BUCKET, {"objectLockEnabled": True}, f"locked{stage.number()}").id
    }


def logged(stage: Stage) -> str:
    """Return a bucket to which S3 may write logs."""
    made = opened(stage)
    acl = {**made, "acl": "log-delivery-write"}
    stage.create("aws:s3/bucketAcl:BucketAcl", acl, made["bucket"])
    return made["bucket"]


def grants(permission: str) -> dict:
    everyone = {"type": "Group", "uri": "http://acs.amazonaws.com/groups/global/AllUsers"}
    return {"owner": {"id": OWNER}, "grants": [{"permission": permission, "grantee": everyone}]}


def version_2(example: Example) -> Example:
    """Return the example of the type's deprecated name."""
    module, name = example.type.rsplit(":", 1)
    return replace(example, type=f"{module}V2:{name}V2")


SPLIT = (
    Example(
        type="aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
        inputs=lambda stage: {**bucket(stage), "indexDocument": {"suffix": "index.html"}},
        update={"indexDocument": {"suffix": "home.html"}},
        optional=lambda _: {"errorDocument": {"key": "error.html"}},
        values=lambda _: {
            "routingRules": [
                {
                    "condition": {"keyPrefixEquals": "docs/"},
                    "redirect": {"replaceKeyPrefixWith": "documents/", "protocol": "https"},
                }
            ],
            "routingRuleDetails": json.dumps(
                [{"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyWith": "b"}}]
            ),
        },
        kept="indexDocument",
        bad={"indexDocument": {"suffix": "a/index.html"}, "routingRuleDetails": "["},
    ),
    Example(
        type="aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
        variant="redirect",
        inputs=lambda stage: {
            **bucket(stage),
            "redirectAllRequestsTo": {"hostName": "example.test", "protocol": "http"},
        },
        values=lambda _: {
            "redirectAllRequestsTo": {"hostName": "another.test", "protocol": "https"}
        },
    ),
    Example(
        type="aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
        inputs=lambda stage: {
            **bucket(stage),
            "corsRules": [
                {
                    "allowedMethods": ["GET"],
                    "allowedOrigins": ["https://a.test"],
                    "allowedHeaders": ["*"],
                    "exposeHeaders": ["etag"],
                    "maxAgeSeconds": 60,
                    "id": "one",
                }
            ],
        },
        update={"corsRules": [{"allowedMethods": ["PUT"], "allowedOrigins": ["*"]}]},
        bad={"corsRules": [{"allowedMethods": ["LOOK"], "allowedOrigins": ["*"]}]},
    ),
    Example(
        type="aws:s3/bucketLogging:BucketLogging",
        inputs=lambda stage: {
            **bucket(stage),
            "targetBucket": logged(stage),
            "targetPrefix": "logs/",
        },
        update={"targetPrefix": "log/"},
        values=lambda stage: {"targetBucket": logged(stage)},
        bad={"targetGrants": [{"permission": "READ", "grantee": {"type": "Group"}}]},
    ),
    Example(
        type="aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration",
        inputs=lambda stage: {**bucket(stage), "status": "Enabled"},
        update={"status": "Suspended"},
        bad={"status": "On"},
        lasting="S3 suspends acceleration, it cannot forget it",
    ),
    Example(
        type="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        inputs=lambda stage: {
            **locked(stage),
            "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}},
        },
        update={"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 2}}},
        bad={"rule": {"defaultRetention": {"mode": "FOREVER", "days": 1}}},
        lasting="a bucket with object lock keeps it",
    ),
    Example(
        type="aws:s3/bucketAcl:BucketAcl",
        inputs=lambda stage: {**opened(stage), "acl": "private"},
        update={"acl": "public-read"},
        kept="acl",
        bad={"acl": "everyone"},
        lasting="every bucket has an access control list",
    ),
    Example(
        type="aws:s3/bucketAcl:BucketAcl",
        variant="grants",
        inputs=lambda stage: {**opened(stage), "accessControlPolicy": grants("READ")},
        values=lambda _: {"accessControlPolicy": grants("READ_ACP")},
    ),
)

OLDER = (
    Example(
        type="aws:s3/bucketPolicy:BucketPolicy",
        inputs=lambda stage: {**opened(stage), "policy": allow("s3:GetObject")},
        update={"policy": allow("s3:ListBucket")},
        bad={"policy": "{"},
    ),
    Example(
        type=BLOCK,
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
        type=CONTROLS,
        inputs=lambda stage: {
            **bucket(stage),
            "rule": {"objectOwnership": "BucketOwnerEnforced"},
        },
        update={"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        bad={"rule": {"objectOwnership": "Nobody"}},
    ),
)

OF_7 = {
    example.type
    for example in OLDER
    if not example.type.endswith(("Policy", "Block", "Controls", ":Bucket"))
}

EXAMPLES = (
    *OLDER,
    *SPLIT,
    *(version_2(example) for example in SPLIT),
    *(version_2(example) for example in OLDER if example.type in OF_7),
)
