"""Rules on the buckets that CloudTrail delivers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.buckets import (
    LIFECYCLE,
    LOGGING,
    NOTIFICATION,
    OBJECT_LOCK,
    PUBLIC_ACCESS_BLOCK,
    VERSIONING,
    blocks_public_access,
    is_access_logged,
    is_enabled,
    is_versioned,
    lifecycle_rules,
    sends_events,
)
from policy.engine.resource import values_at
from policy.engine.resource_types import CLOUDTRAIL_TRAIL, S3_BUCKET
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, stack_rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack


def _trail_buckets(stack: Stack) -> list[Resource]:
    """Return the buckets of this stack that its trails write to."""
    trails = stack.of_type(CLOUDTRAIL_TRAIL)
    return [
        bucket
        for bucket in stack.of_type(S3_BUCKET)
        if any(stack.refers_to(trail, "s3BucketName", bucket) for trail in trails)
    ]


@stack_rule(
    CLOUDTRAIL_TRAIL,
    S3_BUCKET,
    PUBLIC_ACCESS_BLOCK,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why=(
        "CloudTrail logs reveal users, roles and resources that help an attacker plan the next"
        " step."
    ),
    references=("FSBP CloudTrail.6", "Config cloudtrail-s3-bucket-public-access-prohibited"),
)
def cloudtrail_bucket_private(stack: Stack) -> Iterator[Finding]:
    """Buckets of trails must block public access."""
    for bucket in _trail_buckets(stack):
        if stack.has_no_referrer(bucket, "bucket", PUBLIC_ACCESS_BLOCK, where=blocks_public_access):
            text = (
                f"The trail's bucket '{bucket.name}' must block public access: add a"
                " BucketPublicAccessBlock with all four arguments True."
            )
            yield Finding(text, bucket.urn)


@stack_rule(
    CLOUDTRAIL_TRAIL,
    S3_BUCKET,
    LOGGING,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Server access logs show who read or deleted the audit logs.",
    references=(
        "FSBP CloudTrail.7",
        "CIS 3.0 3.4",
        "CIS 7.0 4.4",
        "Config cloudtrail-s3-bucket-access-logging",
    ),
)
def cloudtrail_bucket_logged(stack: Stack) -> Iterator[Finding]:
    """Buckets of trails must log every access to another bucket."""
    for bucket in _trail_buckets(stack):
        if not is_access_logged(stack, bucket):
            text = (
                f"The trail's bucket '{bucket.name}' must log every access: add a BucketLogging"
                " with target_bucket set to another bucket."
            )
            yield Finding(text, bucket.urn)


@stack_rule(
    CLOUDTRAIL_TRAIL,
    S3_BUCKET,
    VERSIONING,
    OBJECT_LOCK,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Without Object Lock and versions, an administrator can delete or overwrite audit logs.",
)
def cloudtrail_bucket_write_once(stack: Stack) -> Iterator[Finding]:
    """Buckets of trails must keep every version and protect it from deletion."""
    for bucket in _trail_buckets(stack):
        enabled = bucket.get("objectLockEnabled")
        can_lock = enabled is UNKNOWN or is_true(enabled)
        locked = can_lock and not stack.has_no_referrer(bucket, "bucket", OBJECT_LOCK)
        where = is_versioned if locked else _needs_mfa
        if stack.has_no_referrer(bucket, "bucket", VERSIONING, where=where):
            text = (
                f"The trail's bucket '{bucket.name}' must be protected by Object Lock: set"
                " object_lock_enabled=True, add a BucketObjectLockConfiguration, and a"
                ' BucketVersioning with versioning_configuration.status "Enabled".'
            )
            yield Finding(text, bucket.urn)


def _needs_mfa(versioning: Resource) -> bool:
    mfa = versioning.get("versioningConfiguration.mfaDelete")
    return is_versioned(versioning) and mfa in ("Enabled", UNKNOWN)


@stack_rule(
    CLOUDTRAIL_TRAIL,
    S3_BUCKET,
    LIFECYCLE,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Audit logs are kept for years and rarely read; archive storage classes cost far less.",
    params={"archiveClasses": ["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]},
)
def cloudtrail_archived(stack: Stack) -> Iterator[Finding]:
    """Buckets of trails must transition old log files to an archive storage class."""
    classes = stack.params["archiveClasses"]
    for bucket in _trail_buckets(stack):
        if not any(_archives(one, classes) for one in lifecycle_rules(stack, bucket)):
            text = (
                f"The trail's bucket '{bucket.name}' must archive old log files: add to its"
                " BucketLifecycleConfiguration a rule with transitions.storage_class"
                f' "{classes[0]}".'
            )
            yield Finding(text, bucket.urn)


def _archives(rule: Any, classes: list[str]) -> bool:
    found = values_at(rule, "transitions.storageClass")
    return is_enabled(rule) and (
        rule is UNKNOWN or any(one in (*classes, UNKNOWN) for one in found)
    )


@stack_rule(
    CLOUDTRAIL_TRAIL,
    S3_BUCKET,
    NOTIFICATION,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Automated analysis of log files needs a notification for each new file.",
)
def cloudtrail_new_file_notifies(stack: Stack) -> Iterator[Finding]:
    """Trails must send a notification for each new log file."""
    buckets = stack.of_type(S3_BUCKET)
    for trail in stack.of_type(CLOUDTRAIL_TRAIL):
        joined = [one for one in buckets if stack.refers_to(trail, "s3BucketName", one)]
        silent = [
            one
            for one in joined
            if stack.has_no_referrer(one, "bucket", NOTIFICATION, where=sends_events)
        ]
        if trail.is_missing("snsTopicName") and silent and len(silent) == len(joined):
            text = (
                f"The trail '{trail.name}' must send notifications for new log files: set"
                " sns_topic_name, or add a BucketNotification with eventbridge=True to its bucket."
            )
            yield Finding(text, trail.urn)
