"""Rules on the buckets that CloudTrail delivers to."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
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
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN, is_true


def _trail_buckets(stack: Stack) -> list[Resource]:
    """Return the buckets of this stack that its trails write to."""
    trails = stack.of_type(aws.CLOUDTRAIL_TRAIL)
    return [
        bucket
        for bucket in stack.of_type(aws.S3_BUCKET)
        if any(stack.refers_to(trail, "s3BucketName", bucket) for trail in trails)
    ]


@stack_rule(aws.CLOUDTRAIL_TRAIL, aws.S3_BUCKET, PUBLIC_ACCESS_BLOCK)
@classify("audit", "audit", "critical", "mandatory")
def cloudtrail_bucket_private(stack: Stack) -> Findings:
    """Buckets of trails must block public access.

    CloudTrail logs reveal users, roles and resources that help an attacker plan the next step.

    References: Security Hub CloudTrail.6, Config cloudtrail-s3-bucket-public-access-prohibited
    """
    for bucket in _trail_buckets(stack):
        if stack.has_no_referrer(bucket, "bucket", PUBLIC_ACCESS_BLOCK, where=blocks_public_access):
            yield bucket.finding(
                f"The trail's bucket '{bucket.name}' must block public access: add a"
                " BucketPublicAccessBlock with all four arguments True."
            )


@stack_rule(aws.CLOUDTRAIL_TRAIL, aws.S3_BUCKET, LOGGING)
@classify("audit", "audit", "medium", "mandatory")
def cloudtrail_bucket_logged(stack: Stack) -> Findings:
    """Buckets of trails must log every access to another bucket.

    Server access logs show who read or deleted the audit logs.

    References: Security Hub CloudTrail.7, CIS 3.0 3.4, CIS 7.0 4.4,
    Config cloudtrail-s3-bucket-access-logging
    """
    for bucket in _trail_buckets(stack):
        if not is_access_logged(stack, bucket):
            yield bucket.finding(
                f"The trail's bucket '{bucket.name}' must log every access: add a BucketLogging"
                " with target_bucket set to another bucket."
            )


@stack_rule(aws.CLOUDTRAIL_TRAIL, aws.S3_BUCKET, VERSIONING, OBJECT_LOCK)
@classify("audit", "audit", "high", "mandatory")
def cloudtrail_bucket_write_once(stack: Stack) -> Findings:
    """Buckets of trails must keep every version and protect it from deletion.

    Without Object Lock and versions, an administrator can delete or overwrite audit logs.
    """
    for bucket in _trail_buckets(stack):
        enabled = bucket.get("objectLockEnabled")
        can_lock = enabled is UNKNOWN or is_true(enabled)
        locked = can_lock and not stack.has_no_referrer(bucket, "bucket", OBJECT_LOCK)
        where = is_versioned if locked else _needs_mfa
        if stack.has_no_referrer(bucket, "bucket", VERSIONING, where=where):
            yield bucket.finding(
                f"The trail's bucket '{bucket.name}' must be protected by Object Lock: set"
                " object_lock_enabled=True, add a BucketObjectLockConfiguration, and a"
                ' BucketVersioning with versioning_configuration.status "Enabled".'
            )


def _needs_mfa(versioning: Resource) -> bool:
    mfa = versioning.get("versioningConfiguration.mfaDelete")
    return is_versioned(versioning) and mfa in ("Enabled", UNKNOWN)


@stack_rule(
    aws.CLOUDTRAIL_TRAIL,
    aws.S3_BUCKET,
    LIFECYCLE,
    params={"archiveClasses": ["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]},
)
@classify("audit", "audit", "low", "advisory")
def cloudtrail_archived(stack: Stack) -> Findings:
    """Buckets of trails must transition old log files to an archive storage class.

    Audit logs are kept for years and rarely read; archive storage classes cost far less.
    """
    classes = stack.params["archiveClasses"]
    for bucket in _trail_buckets(stack):
        if not any(_archives(one, classes) for one in lifecycle_rules(stack, bucket)):
            yield bucket.finding(
                f"The trail's bucket '{bucket.name}' must archive old log files: add to its"
                " BucketLifecycleConfiguration a rule with transitions.storage_class"
                f' "{classes[0]}".'
            )


def _archives(rule: Any, classes: list[str]) -> bool:
    found = values_at(rule, "transitions.storageClass")
    return is_enabled(rule) and (
        rule is UNKNOWN or any(one in (*classes, UNKNOWN) for one in found)
    )


@stack_rule(aws.CLOUDTRAIL_TRAIL, aws.S3_BUCKET, NOTIFICATION)
@classify("audit", "audit", "low", "advisory")
def cloudtrail_new_file_notifies(stack: Stack) -> Findings:
    """Trails must send a notification for each new log file.

    Automated analysis of log files needs a notification for each new file.
    """
    buckets = stack.of_type(aws.S3_BUCKET)
    for trail in stack.of_type(aws.CLOUDTRAIL_TRAIL):
        joined = [one for one in buckets if stack.refers_to(trail, "s3BucketName", one)]
        silent = [
            one
            for one in joined
            if stack.has_no_referrer(one, "bucket", NOTIFICATION, where=sends_events)
        ]
        if trail.is_missing("snsTopicName") and silent and len(silent) == len(joined):
            yield trail.finding(
                f"The trail '{trail.name}' must send notifications for new log files: set"
                " sns_topic_name, or add a BucketNotification with eventbridge=True to its bucket."
            )
