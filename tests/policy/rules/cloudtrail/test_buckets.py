"""Tests of policy.rules.cloudtrail.buckets."""

from policy.engine.buckets import BLOCKS
from policy.rules.cloudtrail import buckets as rules
from policy.testing import check_stack, resource, stack, unknown

BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
CLOSED = dict.fromkeys(BLOCKS, True)
ELSEWHERE = stack(resource("aws:cloudtrail/trail:Trail", "trail", {"s3BucketName": "central"}))


def program(*beside, trail=None, **props):
    """Return a trail with its bucket, and resources of type and inputs that belong to that."""
    bucket = resource("aws:s3/bucket:Bucket", "files", {"bucket": "files"} | props)
    whole = {"name": "trail", "s3BucketName": unknown, "isMultiRegionTrail": True} | (trail or {})
    ones = [
        resource(typ, f"beside-{number}", {"bucket": unknown} | inputs)
        for number, (typ, inputs) in enumerate(beside)
    ]
    joined = {one.name: {"bucket": [bucket]} for one in ones}
    return stack(
        resource("aws:cloudtrail/trail:Trail", "trail", whole),
        bucket,
        *ones,
        property_dependencies=joined | {"trail": {"s3BucketName": [bucket]}},
    )


def test_cloudtrail_bucket_private():
    check_stack(
        rules.cloudtrail_bucket_private,
        kept=[
            program((BLOCK, CLOSED)),
            program((BLOCK, dict.fromkeys(BLOCKS, unknown))),
            ELSEWHERE,
            stack(resource("aws:s3/bucket:Bucket", "other", {"bucket": "other"})),
        ],
        broken=[program(), *(program((BLOCK, CLOSED | {key: False})) for key in BLOCKS)],
    )


def test_cloudtrail_bucket_logged():
    check_stack(
        rules.cloudtrail_bucket_logged,
        kept=[
            program((LOGGING, {"targetBucket": "logs", "targetPrefix": "files/"})),
            program((LOGGING, {"targetBucket": unknown, "targetPrefix": "files/"})),
            program(logging={"targetBucket": "logs"}),
            ELSEWHERE,
        ],
        broken=[program(), program((LOGGING, {"targetBucket": "files"}))],
    )


def versions(status, **rest):
    return (VERSIONING, {"versioningConfiguration": {"status": status} | rest})


def test_cloudtrail_bucket_write_once():
    lock = (LOCK, {"rule": {"defaultRetention": {"mode": "COMPLIANCE"}}})
    check_stack(
        rules.cloudtrail_bucket_write_once,
        kept=[
            program(versions("Enabled"), lock, objectLockEnabled=True),
            program(versions(unknown), lock, objectLockEnabled=unknown),
            program(versions("Enabled", mfaDelete="Enabled")),
            program((VERSIONING, {"versioningConfiguration": unknown})),
            ELSEWHERE,
        ],
        broken=[
            program(),
            program(versions("Enabled")),
            program(versions("Enabled"), lock),
            program(versions("Enabled"), objectLockEnabled=True),
            program(versions("Suspended"), lock, objectLockEnabled=True),
            program(versions("Enabled", mfaDelete="Disabled")),
        ],
    )


def test_cloudtrail_archived():
    def moved(storage, status="Enabled"):
        rule = {"status": status, "transitions": [{"days": 90, "storageClass": storage}]}
        return (LIFECYCLE, {"rules": [rule]})

    inline = {"enabled": True, "transitions": [{"days": 90, "storageClass": "GLACIER"}]}
    check_stack(
        rules.cloudtrail_archived,
        kept=[
            program(moved("DEEP_ARCHIVE")),
            program(moved(unknown)),
            program((LIFECYCLE, {"rules": unknown})),
            program(lifecycleRules=[inline]),
            ELSEWHERE,
        ],
        broken=[program(), program(moved("STANDARD_IA")), program(moved("GLACIER", "Disabled"))],
    )


def test_cloudtrail_new_file_notifies():
    check_stack(
        rules.cloudtrail_new_file_notifies,
        kept=[
            program(trail={"snsTopicName": "files"}),
            program(trail={"snsTopicName": unknown}),
            program((NOTIFICATION, {"eventbridge": True})),
            program((NOTIFICATION, {"queues": unknown})),
            ELSEWHERE,
        ],
        broken=[program(), program((NOTIFICATION, {"eventbridge": False}))],
    )
