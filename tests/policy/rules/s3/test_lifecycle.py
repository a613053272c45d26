"""Tests of policy.rules.s3.lifecycle."""

from policy.rules.s3.lifecycle import (
    s3_bucket_lifecycle_exists,
    s3_lifecycle_aborts_unfinished_uploads,
    s3_lifecycle_expires_old_versions,
)
from policy.testing import check, check_stack, resource, stack, unknown

BUCKET = "aws:s3/bucket:Bucket"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ABORT = {"abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}
RULE = {"id": "end", "status": "Enabled", "filter": {}, "expiration": {"days": 90}} | ABORT
OLD_ONES = {"noncurrentVersionExpiration": {"noncurrentDays": 30}}


def bucket(name="shop", **props):
    return resource(BUCKET, name, {"bucket": name} | props)


def lifecycle(rules, target=None):
    shop = bucket()
    beside = resource(LIFECYCLE, "lifecycle", {"bucket": unknown, "rules": rules})
    joined = {"lifecycle": {"bucket": [target or shop]}}
    return stack(shop, beside, property_dependencies=joined)


def test_s3_bucket_lifecycle_exists():
    check_stack(
        s3_bucket_lifecycle_exists,
        kept=[
            lifecycle([RULE]),
            lifecycle([RULE | {"status": unknown}]),
            lifecycle(unknown),
            stack(bucket(lifecycleRules=[{"enabled": True, "expiration": {"days": 9}}])),
            stack(bucket(), resource(LIFECYCLE, "l", {"bucket": "shop", "rules": [RULE]})),
            stack(bucket(), resource(LIFECYCLE, "l", {"bucket": unknown, "rules": [RULE]})),
        ],
        broken=[
            stack(bucket()),
            lifecycle([RULE | {"status": "Disabled"}]),
            lifecycle([]),
            lifecycle([RULE], bucket("other")),
            stack(bucket(lifecycleRules=[{"enabled": False}])),
        ],
    )


def test_s3_lifecycle_aborts_unfinished_uploads():
    check(
        s3_lifecycle_aborts_unfinished_uploads,
        LIFECYCLE,
        {"bucket": "shop", "rules": [{"id": "x", "status": "Enabled"}, RULE]},
        kept=[
            {"rules": [RULE | {"filter": None}]},
            {"rules": [RULE | {"filter": {"prefix": ""}}]},
            {"rules": [RULE | {"filter": unknown}]},
            {"rules": [{"id": "x", "status": "Enabled"}, unknown]},
            {"rules": [RULE | {"abortIncompleteMultipartUpload": unknown}]},
        ],
        broken=[
            {"rules": None},
            {"rules": [RULE | {"status": "Disabled"}]},
            {"rules": [RULE | {"filter": {"prefix": "logs/"}}]},
            {"rules": [RULE | {"prefix": "logs/"}]},
            {"rules": [RULE | {"abortIncompleteMultipartUpload": None}]},
            {"rules": [RULE | {"abortIncompleteMultipartUpload": {"daysAfterInitiation": 8}}]},
        ],
        unknown_at=["rules"],
    )


def test_s3_lifecycle_expires_old_versions():
    def versioned(rules, status="Enabled"):
        program = lifecycle(rules)
        props = {"bucket": "shop", "versioningConfiguration": {"status": status}}
        program.resources.append(resource(VERSIONING, "versions", props))
        return program

    def of_another_stack(rules):
        props = {"bucket": "afar", "versioningConfiguration": {"status": "Enabled"}}
        return stack(
            resource(VERSIONING, "versions", props),
            resource(LIFECYCLE, "lifecycle", {"bucket": "afar", "rules": rules}),
        )

    check_stack(
        s3_lifecycle_expires_old_versions,
        kept=[
            versioned([RULE, RULE | OLD_ONES]),
            versioned([RULE | {"noncurrentVersionTransitions": [{"storageClass": "GLACIER"}]}]),
            versioned([RULE | {"noncurrentVersionExpiration": unknown}]),
            versioned(unknown),
            versioned([RULE], "Suspended"),
            versioned([RULE], unknown),
            of_another_stack([OLD_ONES]),
            of_another_stack(unknown),
        ],
        broken=[versioned([RULE]), versioned([]), of_another_stack([RULE])],
    )
