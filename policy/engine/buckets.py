"""Helpers of bucket rules: settings as separate resources, and deprecated inline ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.values import UNKNOWN, is_array, is_missing, is_object, is_true

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
OBJECT_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
BUCKET_ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"

BLOCKS = {
    "blockPublicAcls": "block_public_acls",
    "blockPublicPolicy": "block_public_policy",
    "ignorePublicAcls": "ignore_public_acls",
    "restrictPublicBuckets": "restrict_public_buckets",
}
"""The four settings of a public access block, as inputs and as arguments."""


def inline(bucket: Resource, *names: str) -> Any:
    """Return the first inline setting of *names* in *bucket*, or None."""
    return next((found for name in names if not is_missing(found := bucket.get(name))), None)


def purpose_is_one_of(resource: Resource, stack: Stack, purposes: Iterable[str]) -> bool | None:
    """Return whether the purpose tag of *resource* is one of *purposes*; None while not known."""
    purpose = resource.tag(stack.settings.purpose_tag)
    return None if purpose is UNKNOWN else purpose in tuple(purposes)


def blocks_public_access(block: Resource) -> bool:
    """Return whether all four settings of a public access block are, or may be, enabled."""
    return all((value := block.get(key)) is UNKNOWN or is_true(value) for key in BLOCKS)


def is_versioned(versioning: Resource) -> bool:
    """Return whether versioning is, or may be, enabled."""
    return versioning.get("versioningConfiguration.status") in ("Enabled", UNKNOWN)


def sends_events(notification: Resource) -> bool:
    """Return whether a notification has, or may have, a destination."""
    eventbridge = notification.get("eventbridge")
    if eventbridge is UNKNOWN or is_true(eventbridge):
        return True
    return any(
        not notification.is_missing(name) for name in ("lambdaFunctions", "queues", "topics")
    )


def is_access_logged(stack: Stack, bucket: Resource) -> bool:
    """Return whether access to *bucket* is, or may be, logged to another bucket."""

    def to_another_bucket(logging: Resource) -> bool:
        target = logging.get("targetBucket")
        return not is_missing(target) and not stack.refers_to(logging, "targetBucket", bucket)

    if not stack.has_no_referrer(bucket, "bucket", LOGGING, where=to_another_bucket):
        return True
    return any(
        not is_missing(inline(bucket, name)) and not stack.refers_to(bucket, path, bucket)
        for name, path in (
            ("logging", "logging.targetBucket"),
            ("loggings", "loggings.targetBucket"),
        )
    )


def lifecycle_rules(stack: Stack, bucket: Resource) -> list[Any]:
    """Return the lifecycle rules of *bucket*, separate or inline, including UNKNOWN ones."""
    separate = [
        one
        for one in stack.of_type(LIFECYCLE)
        if stack.refers_to(one, "bucket", bucket) or stack.is_undetermined(one, "bucket")
    ]
    return [
        entry
        for found in (*(one.get("rules") for one in separate), bucket.get("lifecycleRules"))
        for entry in (found if is_array(found) else [found])
        if entry is not None
    ]


def is_enabled(rule: Any) -> bool:
    """Return whether a lifecycle rule is, or may be, enabled (`status`, or `enabled` if inline)."""
    if rule is UNKNOWN:
        return True
    if not is_object(rule):
        return False
    enabled = rule.get("enabled")
    return rule.get("status") in ("Enabled", UNKNOWN) or enabled is UNKNOWN or is_true(enabled)


def encryption_defaults(value: Any) -> Iterator[Any]:
    """Yield each default encryption in *value*, at any depth; UNKNOWN if it may be one."""
    if value is UNKNOWN:
        yield UNKNOWN
    elif is_array(value):
        for one in value:
            yield from encryption_defaults(one)
    elif is_object(value):
        if not is_missing(value.get("sseAlgorithm")):
            yield value
        else:
            for key, one in value.items():
                if key not in ("sseAlgorithm", "kmsMasterKeyId", "bucketKeyEnabled"):
                    yield from encryption_defaults(one)
