"""What a service's bucket promises."""

from __future__ import annotations

import json

import pytest

from components.args import InvalidArgError
from components.data.object_bucket import ObjectBucket, ObjectBucketArgs

BUCKET = "shop-scans-bucket-id"


def test_a_bucket_is_private_encrypted_versioned_and_logged(build):
    args = ObjectBucketArgs(key_arn="arn:key", access_log_bucket="logs")

    made = build(lambda: ObjectBucket("shop-scans", args))

    assert {
        r.name.removeprefix("shop-scans-"): r.inputs
        for r in made.resources
        if r.typ.startswith("aws:") and not r.name.endswith("-policy")
    } == {
        "bucket": {"forceDestroy": False},
        "ownership": {"bucket": BUCKET, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        "private": {
            "bucket": BUCKET,
            "blockPublicAcls": True,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        },
        "encryption": {
            "bucket": BUCKET,
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {
                        "sseAlgorithm": "aws:kms",
                        "kmsMasterKeyId": "arn:key",
                    },
                    "bucketKeyEnabled": True,
                }
            ],
        },
        "versioning": {"bucket": BUCKET, "versioningConfiguration": {"status": "Enabled"}},
        "lifecycle": {
            "bucket": BUCKET,
            "rules": [
                {
                    "id": "expire",
                    "status": "Enabled",
                    "expiration": {"expiredObjectDeleteMarker": True},
                    "noncurrentVersionExpiration": {"noncurrentDays": 30},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                }
            ],
        },
        "logging": {
            "bucket": BUCKET,
            "targetBucket": "logs",
            "targetPrefix": "s3/shop-scans-bucket/",
        },
    }
    assert made.request(made.one("aws:s3/bucket:Bucket", "shop-scans-bucket")).protect is True
    [policy] = made.all("aws:s3/bucketPolicy:BucketPolicy")
    [deny] = json.loads(policy.inputs["policy"])["Statement"]
    assert (deny["Effect"], deny["Principal"], deny["Condition"]) == (
        "Deny",
        "*",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


def test_objects_expire_when_it_is_asked_for_and_a_bucket_may_be_unprotected(build):
    args = ObjectBucketArgs(expire_after_days=90, noncurrent_days=10, deletion_protection=False)

    made = build(lambda: ObjectBucket("shop-scans", args))

    [lifecycle] = made.all("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    [rule] = lifecycle.inputs["rules"]
    assert rule["expiration"] == {"days": 90}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 10}
    bucket = made.one("aws:s3/bucket:Bucket", "shop-scans-bucket")
    assert (bucket.inputs["forceDestroy"], made.request(bucket).protect) == (True, False)
    assert made.all("aws:s3/bucketLogging:BucketLogging") == []


@pytest.mark.parametrize(("key", "actions"), [(None, []), ("arn:key", ["kms:Decrypt"])])
def test_a_service_uses_the_objects_and_not_the_settings_of_its_bucket(build, key, actions):
    given = []

    build(
        lambda: given.extend(
            ObjectBucket("shop-scans", ObjectBucketArgs(key_arn=key)).allow_read_write()
        )
    )

    lists, uses, *keys = given
    assert list(lists.actions) == ["s3:ListBucket"]
    assert list(uses.actions) == [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
    ]
    assert [one.actions[0] for one in keys] == actions


@pytest.mark.parametrize("field", ["noncurrent_days", "expire_after_days"])
def test_days_that_s3_would_refuse_are_refused_at_once(field):
    with pytest.raises(InvalidArgError, match=f"{field}=0 is invalid: use 1 or more"):
        ObjectBucketArgs(**{field: 0})
