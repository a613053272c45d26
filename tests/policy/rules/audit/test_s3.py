"""What the rules on buckets that hold evidence accept and refuse."""

from policy.rules.audit.s3 import s3_bucket_object_lock
from policy.testing import check_stack, resource, stack, unknown

BUCKET = "aws:s3/bucket:Bucket"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
TRAIL = "aws:cloudtrail/trail:Trail"
EVIDENCE = {"purpose": "audit"}
GOVERNED = {"defaultRetention": {"mode": "GOVERNANCE", "days": 365}}


def test_s3_bucket_object_lock():
    def bucket(**props):
        return resource(BUCKET, "evidence", {"bucket": "evidence"} | props)

    def locked(rule, enabled=True):
        lock = resource(LOCK, "lock", {"bucket": "evidence", "rule": rule})
        return stack(bucket(objectLockEnabled=enabled, tags=EVIDENCE), lock)

    trail = resource(TRAIL, "trail", {"s3BucketName": "evidence"})
    check_stack(
        s3_bucket_object_lock,
        kept=[
            locked(GOVERNED),
            locked(GOVERNED, unknown),
            locked(unknown),
            locked({"defaultRetention": {"mode": unknown}}),
            stack(bucket()),
            stack(bucket(tags={"purpose": "scratch"})),
            stack(bucket(tags={"purpose": unknown})),
        ],
        broken=[
            stack(bucket(tags=EVIDENCE)),
            stack(bucket(tagsAll={"purpose": "event-store"}, objectLockEnabled=True)),
            stack(bucket(), trail),
            locked(GOVERNED, enabled=False),
            locked({"defaultRetention": {"days": 365}}),
            locked(None),
        ],
    )
