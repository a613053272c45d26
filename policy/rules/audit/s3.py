"""Rules on buckets that hold evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.buckets import BUCKET, OBJECT_LOCK, purpose_is_one_of
from policy.engine.rule import Finding, Level, Severity, stack_rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

TRAIL = "aws:cloudtrail/trail:Trail"


@stack_rule(
    BUCKET,
    OBJECT_LOCK,
    TRAIL,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Evidence that an administrator can overwrite proves nothing against an administrator.",
    params={"purposes": ["audit", "event-store"]},
    references=("FSBP S3.15", "Config s3-bucket-default-lock-enabled", "Checkov CKV_AWS_143"),
)
def s3_bucket_object_lock(stack: Stack) -> Iterator[Finding]:
    """Buckets with evidence must be locked against changes."""
    trails = stack.of(TRAIL)
    for bucket in stack.of(BUCKET):
        is_evidence = purpose_is_one_of(bucket, stack, stack.params["purposes"]) or any(
            stack.joined(trail, "s3BucketName", bucket) for trail in trails
        )
        if not is_evidence:
            continue
        enabled = bucket.get("objectLockEnabled")
        can_lock = enabled is UNKNOWN or is_true(enabled)
        if not can_lock or stack.lacks(bucket, "bucket", OBJECT_LOCK, where=_retains):
            text = (
                f"The bucket '{bucket.name}' must lock its objects: set object_lock_enabled=True,"
                " and add a BucketObjectLockConfiguration with rule.default_retention.mode."
            )
            yield Finding(text, bucket.urn)


def _retains(lock: Resource) -> bool:
    return not lock.is_missing("rule.defaultRetention.mode")
