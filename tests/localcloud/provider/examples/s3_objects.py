"""Examples of buckets with settings of their own, of objects and of notifications."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.provider.values import Asset
from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow
from tests.localcloud.provider.examples.s3 import (
    BUCKET,
    bucket,
    locked,
    logged,
    opened,
    version_2,
)

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

OBJECT_V2 = "aws:s3/bucketObjectv2:BucketObjectv2"
OWNER = {"AWS": "arn:aws:iam::000000000000:root"}
RULES = [{"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyWith": "b"}}]


def text(value: str) -> Asset:
    return Asset(hash=value, text=value)


LIFECYCLE = {
    "enabled": True,
    "prefix": "logs/",
    "tags": {"kind": "log"},
    "abortIncompleteMultipartUploadDays": 3,
    "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}],
    "noncurrentVersionTransitions": [{"days": 30, "storageClass": "GLACIER"}],
}


def settings(stage: Stage) -> dict[str, Any]:
    return {
        "corsRules": [{"allowedMethods": ["GET"], "allowedOrigins": ["*"], "maxAgeSeconds": 60}],
        "lifecycleRules": [
            {
                **LIFECYCLE,
                "expiration": {"days": 90},
                "noncurrentVersionExpiration": {"days": 90},
            }
        ],
        "logging": {"targetBucket": logged(stage), "targetPrefix": "logs/"},
        "policy": allow("s3:GetObject", principal=OWNER),
        "serverSideEncryptionConfiguration": {
            "rule": {
                "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"},
                "bucketKeyEnabled": True,
            }
        },
        "versioning": {"enabled": True},
        "website": {
            "indexDocument": "index.html",
            "errorDocument": "error.html",
            "routingRules": json.dumps(RULES),
        },
    }


def settings_of_version_2(stage: Stage) -> dict[str, Any]:
    found = settings(stage)
    rule = found["serverSideEncryptionConfiguration"]["rule"]
    default = rule["applyServerSideEncryptionByDefault"]
    rules = [{"applyServerSideEncryptionByDefaults": [default], "bucketKeyEnabled": True}]
    return {
        "corsRules": found["corsRules"],
        "policy": found["policy"],
        "lifecycleRules": [
            {
                **LIFECYCLE,
                "id": "own",
                "expirations": [{"date": "2030-01-01"}],
                "noncurrentVersionExpirations": [{"days": 90}],
            }
        ],
        "loggings": [found["logging"]],
        "serverSideEncryptionConfigurations": [{"rules": rules}],
        "versionings": [found["versioning"]],
        "websites": [{"redirectAllRequestsTo": "https://example.test"}],
    }


def notified(stage: Stage, event: str) -> dict[str, Any]:
    return {
        "queues": [
            {
                "queueArn": stage.make("aws:sqs/queue:Queue")["arn"],
                "events": [event],
                "filterPrefix": "in/",
                "filterSuffix": ".csv",
            }
        ],
        "topics": [{"topicArn": stage.make("aws:sns/topic:Topic")["arn"], "events": [event]}],
        "lambdaFunctions": [
            {
                "lambdaFunctionArn": stage.make("aws:lambda/function:Function")["arn"],
                "events": [event],
                "id": "own",
            }
        ],
    }


OBJECT = Example(
    type="aws:s3/bucketObject:BucketObject",
    inputs=lambda stage: {**opened(stage), "source": text("one"), "tags": {"kind": "example"}},
    update={"source": text("two"), "contentType": "text/html", "tags": {"kind": "changed"}},
    optional=lambda _: {
        "cacheControl": "max-age=60",
        "contentDisposition": "inline",
        "contentEncoding": "gzip",
        "contentLanguage": "en",
        "metadata": {"a": "b"},
        "websiteRedirect": "/elsewhere",
        "acl": "public-read",
    },
    values=lambda stage: {
        "bucketKeyEnabled": True,
        "serverSideEncryption": "aws:kms",
        "kmsKeyId": stage.make("aws:kms/key:Key")["arn"],
        "storageClass": "GLACIER_IR",
    },
    together=("bucketKeyEnabled kmsKeyId serverSideEncryption",),
    import_id="{bucket}/{key}",
    outputs={"key": "contract"},
    bad={"acl": "everyone", "content": "x", "storageClass": "COLD", "metadata": {"A": "b"}},
)

BODIES = (
    Example(
        type=OBJECT.type,
        variant="content",
        import_id=OBJECT.import_id,
        inputs=lambda stage: {**bucket(stage), "content": "one"},
        values=lambda _: {"content": "two"},
    ),
    Example(
        type=OBJECT.type,
        variant="base64",
        import_id=OBJECT.import_id,
        inputs=lambda stage: {**bucket(stage), "contentBase64": "b25l"},
        values=lambda _: {"contentBase64": "dHdv"},
    ),
    Example(
        type=OBJECT.type,
        variant="lock",
        import_id=OBJECT.import_id,
        inputs=lambda stage: {**locked(stage), "content": "kept", "forceDestroy": True},
        values=lambda _: {
            "objectLockLegalHoldStatus": "ON",
            "objectLockMode": "GOVERNANCE",
            "objectLockRetainUntilDate": "2030-01-01T00:00:00Z",
        },
        together=("objectLockMode objectLockRetainUntilDate",),
    ),
)

BUCKET_EXAMPLE = Example(
    type=BUCKET,
    inputs=lambda _: {"forceDestroy": True, "tags": {"kind": "example"}},
    update={"tags": {"kind": "changed"}},
    values=settings,
    bad={"bucket": "BAD_Name", "acl": "public-read", "requestPayer": "Requester"},
)

EXAMPLES = (
    BUCKET_EXAMPLE,
    replace(version_2(BUCKET_EXAMPLE), values=settings_of_version_2),
    *(OBJECT, *BODIES),
    *(replace(example, type=OBJECT_V2) for example in BODIES),
    replace(
        OBJECT,
        type=OBJECT_V2,
        values=lambda stage: {**OBJECT.values(stage), "checksumAlgorithm": "SHA256"},
    ),
    Example(
        type="aws:s3/bucketNotification:BucketNotification",
        inputs=lambda stage: {**bucket(stage), **notified(stage, "s3:ObjectCreated:*")},
        values=lambda stage: notified(stage, "s3:ObjectRemoved:*"),
        bad={"lambdaFunctions": [{"events": ["s3:ObjectCreated:*"]}], "eventbridge": True},
        lasting="every bucket has a notification configuration",
    ),
)
