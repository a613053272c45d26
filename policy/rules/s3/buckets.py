"""Rules on encryption, versions and notifications of S3 buckets."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.buckets import (
    BUCKET_ENCRYPTION,
    LOGGING,
    NOTIFICATION,
    OBJECT_LOCK,
    VERSIONING,
    encryption_defaults,
    inline,
    is_access_logged,
    is_versioned,
    purpose_is_one_of,
    sends_events,
)
from policy.engine.keys import is_aws_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN, is_missing, is_true

INLINE_ENCRYPTION = ("serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations")
_BALANCERS = (aws.LOAD_BALANCER, "aws:elb/loadBalancer:LoadBalancer")
_REDSHIFT_LOGGING = "aws:redshift/logging:Logging"
_LOGS = (
    ("accessLogs.bucket", _BALANCERS),
    ("connectionLogs.bucket", _BALANCERS),
    ("healthCheckLogs.bucket", _BALANCERS),
    ("bucketName", (_REDSHIFT_LOGGING,)),
    ("logging.bucketName", (aws.REDSHIFT_CLUSTER,)),
)
"""Inputs and types of what delivers logs to buckets with SSE-S3 only, besides other buckets."""
_KMS = ("aws:kms", "aws:kms:dsse", UNKNOWN)


@stack_rule(aws.S3_BUCKET, BUCKET_ENCRYPTION)
@classify("security", "storage", "low", "advisory")
def s3_bucket_encryption_stated(stack: Stack) -> Findings:
    """Buckets must state their default encryption.

    Explicit encryption can be reviewed and does not depend on AWS defaults.

    References: Config s3-bucket-server-side-encryption-enabled
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        if inline(bucket, *INLINE_ENCRYPTION) is None and stack.has_no_referrer(
            bucket, "bucket", BUCKET_ENCRYPTION, where=_states_encryption
        ):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must state its encryption: add a"
                " BucketServerSideEncryptionConfiguration with sse_algorithm in rules."
            )


def _states_encryption(separate: Resource) -> bool:
    return any(True for _ in encryption_defaults(separate.get("rules")))


@stack_rule(aws.S3_BUCKET, BUCKET_ENCRYPTION)
@classify("security", "storage", "medium", "mandatory", when="sensitive")
def s3_bucket_own_key(stack: Stack) -> Findings:
    """Buckets with sensitive objects must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the objects; the AWS managed key allows
    the whole account.

    References: Security Hub S3.17, Config s3-default-encryption-kms, Checkov CKV_AWS_145
    """
    settings = stack.settings
    for bucket in stack.of_type(aws.S3_BUCKET):
        if (
            not settings.is_sensitive(bucket.tag(settings.data_class_tag))
            or _has_own_key(inline(bucket, *INLINE_ENCRYPTION))
            or _is_target(stack, bucket)
            or _receives_access_logs(stack, bucket)
        ):
            continue
        if stack.has_no_referrer(
            bucket, "bucket", BUCKET_ENCRYPTION, where=lambda one: _has_own_key(one.get("rules"))
        ):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must have a customer managed key: set sse_algorithm to"
                ' "aws:kms" and kms_master_key_id in its BucketServerSideEncryptionConfiguration.'
            )


@stack_rule(aws.S3_BUCKET, BUCKET_ENCRYPTION, LOGGING, *_BALANCERS, _REDSHIFT_LOGGING)
@classify("audit", "storage", "medium", "mandatory")
def s3_log_bucket_encrypted_by_s3(stack: Stack) -> Findings:
    """Buckets that receive access logs must be encrypted with SSE-S3.

    S3, application load balancers and Redshift deliver no logs to a bucket whose default encryption
    is a KMS key.
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        separate = [
            one.get("rules")
            for one in stack.of_type(BUCKET_ENCRYPTION)
            if stack.refers_to(one, "bucket", bucket)
        ]
        stated = (inline(bucket, *INLINE_ENCRYPTION), *separate)
        if any(map(_has_kms, stated)) and _receives_access_logs(stack, bucket):
            yield bucket.finding(
                f"The bucket '{bucket.name}' with access logs must be encrypted with SSE-S3: set"
                ' sse_algorithm to "AES256" in its BucketServerSideEncryptionConfiguration.'
            )


def _has_kms(configuration: Any) -> bool:
    defaults = [one for one in encryption_defaults(configuration) if one is not UNKNOWN]
    return any(str(one.get("sseAlgorithm")).startswith("aws:kms") for one in defaults)


def _receives_access_logs(stack: Stack, bucket: Resource) -> bool:
    """Return whether *bucket* stores logs that AWS delivers to buckets with SSE-S3 only.

    Those of a network load balancer, which may be encrypted with a KMS key, are not among them.
    """
    sources = [one for path, types in _LOGS for one in stack.referrers(path, bucket, *types)]
    return any(one.get("loadBalancerType") != "network" for one in sources) or any(
        not stack.refers_to(one, "bucket", bucket)
        for one in stack.referrers("targetBucket", bucket, LOGGING)
    )


def _has_own_key(configuration: Any) -> bool:
    for one in encryption_defaults(configuration):
        if one is UNKNOWN:
            return True
        key = one.get("kmsMasterKeyId")
        if one.get("sseAlgorithm") in _KMS and not is_missing(key) and not is_aws_managed_key(key):
            return True
    return False


@stack_rule(aws.S3_BUCKET, VERSIONING, params={"exemptPurposes": ["scratch", "cache"]})
@classify("reliability", "storage", "medium", "mandatory")
def s3_bucket_versioned(stack: Stack) -> Findings:
    """Buckets must be versioned.

    Without versioning, overwritten or deleted objects cannot be recovered.

    References: Security Hub S3.14, Config s3-bucket-versioning-enabled, Checkov CKV_AWS_21
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        if purpose_is_one_of(bucket, stack, stack.params["exemptPurposes"]) is not False:
            continue
        enabled = [
            *bucket.all("versioning.enabled"),
            *bucket.all("versionings.enabled"),
        ]
        if any(one is UNKNOWN or is_true(one) for one in enabled):
            continue
        if stack.has_no_referrer(bucket, "bucket", VERSIONING, where=is_versioned):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must be versioned: add a BucketVersioning with"
                ' versioning_configuration.status "Enabled".'
            )


@require_value(VERSIONING, path="versioningConfiguration.mfaDelete", value="Enabled")
@classify("security", "storage", "low", "advisory", when="opted-in")
def s3_bucket_mfa_delete() -> None:
    """Versioned buckets must require MFA to delete a version.

    Without MFA delete, stolen credentials are enough to destroy every version of an object.

    References: Security Hub S3.20, CIS 3.0 2.1.2, CIS 7.0 3.1.2,
    Config s3-bucket-mfa-delete-enabled
    """


@stack_rule(aws.S3_BUCKET, LOGGING)
@classify("audit", "storage", "medium", "mandatory")
def s3_bucket_access_logged(stack: Stack) -> Findings:
    """Buckets must log every access to another bucket.

    Server access logs show who read which object. They are needed to investigate a data leak.

    References: FSBP S3.9, Config s3-bucket-logging-enabled, Checkov CKV_AWS_18,
    cdk-nag AwsSolutions-S1
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        if not _is_target(stack, bucket) and not is_access_logged(stack, bucket):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must log every access: add a BucketLogging with"
                " target_bucket set to another bucket."
            )


def _is_target(stack: Stack, bucket: Resource) -> bool:
    """Return whether *bucket* stores, or may store, the access logs of another bucket."""
    if any(
        one is not bucket
        for path in ("logging.targetBucket", "loggings.targetBucket")
        for one in stack.referrers(path, bucket, aws.S3_BUCKET)
    ):
        return True
    return not stack.has_no_referrer(
        bucket,
        "targetBucket",
        LOGGING,
        where=lambda one: not stack.refers_to(one, "bucket", bucket),
    )


@stack_rule(
    aws.S3_BUCKET, NOTIFICATION, params={"exemptPurposes": ["scratch", "cache", "logs", "audit"]}
)
@classify("security", "storage", "low", "advisory")
def s3_bucket_tells_of_changes(stack: Stack) -> Findings:
    """Buckets must send event notifications.

    Without event notifications, unexpected changes to objects go unnoticed.

    References: Security Hub S3.11, Config s3-event-notifications-enabled, Checkov CKV2_AWS_62
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        if purpose_is_one_of(bucket, stack, stack.params["exemptPurposes"]) is not False:
            continue
        if stack.has_no_referrer(bucket, "bucket", NOTIFICATION, where=sends_events):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must send event notifications: add a"
                " BucketNotification with eventbridge=True."
            )


@stack_rule(
    aws.S3_BUCKET, OBJECT_LOCK, aws.CLOUDTRAIL_TRAIL, params={"purposes": ["audit", "event-store"]}
)
@classify("audit", "audit", "medium", "mandatory")
def s3_bucket_object_lock(stack: Stack) -> Findings:
    """Buckets with audit records must have Object Lock.

    Without Object Lock, an administrator can delete or overwrite audit records.

    References: Security Hub S3.15, Config s3-bucket-default-lock-enabled, Checkov CKV_AWS_143
    """
    trails = stack.of_type(aws.CLOUDTRAIL_TRAIL)
    for bucket in stack.of_type(aws.S3_BUCKET):
        is_evidence = purpose_is_one_of(bucket, stack, stack.params["purposes"]) or any(
            stack.refers_to(trail, "s3BucketName", bucket) for trail in trails
        )
        if not is_evidence:
            continue
        enabled = bucket.get("objectLockEnabled")
        can_lock = enabled is UNKNOWN or is_true(enabled)
        if not can_lock or stack.has_no_referrer(bucket, "bucket", OBJECT_LOCK, where=_retains):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must have Object Lock: set object_lock_enabled=True,"
                " and add a BucketObjectLockConfiguration with rule.default_retention.mode."
            )


def _retains(lock: Resource) -> bool:
    return not lock.is_missing("rule.defaultRetention.mode")
