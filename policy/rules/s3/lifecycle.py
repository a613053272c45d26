"""Rules on S3 lifecycle rules and bucket keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.buckets import LIFECYCLE, VERSIONING, is_enabled, lifecycle_rules
from policy.engine.resource import value_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import (
    UNKNOWN,
    as_list,
    is_array,
    is_missing,
    is_not_true,
    is_object,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
_OLD_VERSIONS = (
    "noncurrentVersionExpiration",
    "noncurrentVersionExpirations",
    "noncurrentVersionTransitions",
)


@stack_rule(aws.S3_BUCKET, LIFECYCLE)
@classify("architecture", "cost", "low", "advisory")
def s3_bucket_lifecycle_exists(stack: Stack) -> Findings:
    """Buckets must have a lifecycle configuration.

    Without a lifecycle configuration, objects are stored and billed indefinitely.

    References: FSBP S3.13, Config s3-lifecycle-policy-check, Checkov CKV2_AWS_61
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        if not any(is_enabled(one) for one in lifecycle_rules(stack, bucket)):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must have a lifecycle configuration: add a"
                ' BucketLifecycleConfiguration with a rule whose status is "Enabled".'
            )


@rule(LIFECYCLE, params={"maxDays": 7})
@classify("architecture", "cost", "low", "advisory")
def s3_lifecycle_aborts_unfinished_uploads(lifecycle: Resource) -> Messages:
    """Lifecycle configurations must abort incomplete multipart uploads.

    Parts of incomplete multipart uploads are billed but not listed with the objects.

    References: Checkov CKV_AWS_300
    """
    rules, most = lifecycle.get("rules"), lifecycle.params["maxDays"]
    found = as_list(rules)
    if rules is UNKNOWN or any(one is UNKNOWN or _aborts(one, most) for one in found):
        return
    yield (
        f"The lifecycle '{lifecycle.name}' must abort incomplete multipart uploads: add a rule for"
        " the whole bucket with abort_incomplete_multipart_upload.days_after_initiation of"
        f" {most:.0f} or less."
    )


def _aborts(rule: Any, most: float) -> bool:
    if not is_object(rule) or not is_enabled(rule):
        return False
    days = value_at(rule, "abortIncompleteMultipartUpload.daysAfterInitiation")
    in_time = days is UNKNOWN or ((limit := number(days)) is not None and limit <= most)
    return in_time and not _is_restricted(rule.get("filter")) and is_missing(rule.get("prefix"))


def _is_restricted(value: Any) -> bool:
    """Return whether a filter excludes objects; empty or unknown parts do not."""
    if is_object(value):
        return any(_is_restricted(one) for one in value.values())
    if is_array(value):
        return any(_is_restricted(one) for one in value)
    return value is not UNKNOWN and not is_missing(value)


@stack_rule(VERSIONING, LIFECYCLE)
@classify("architecture", "cost", "low", "advisory")
def s3_lifecycle_expires_old_versions(stack: Stack) -> Findings:
    """Versioned buckets must expire old versions.

    Noncurrent versions accumulate and are billed like current ones.

    References: Security Hub S3.10, Config s3-version-lifecycle-policy-check
    """
    for versioning in stack.of_type(VERSIONING):
        if versioning.get("versioningConfiguration.status") != "Enabled":
            continue
        for name, rules in _lifecycles(stack, versioning):
            if not any(one is UNKNOWN or _ends_versions(one) for one in rules):
                yield versioning.finding(
                    f"The bucket '{name}' must expire old versions: set"
                    " noncurrent_version_expiration in a rule of its BucketLifecycleConfiguration."
                )


def _lifecycles(stack: Stack, versioning: Resource) -> Iterator[tuple[str, list[Any]]]:
    """Yield the name and the lifecycle rules of each bucket of *versioning*."""
    buckets = stack.references(versioning, "bucket", aws.S3_BUCKET)
    for bucket in buckets:
        yield bucket.name, lifecycle_rules(stack, bucket)
    name = versioning.get("bucket")
    if not buckets and isinstance(name, str):
        separate = [one for one in stack.of_type(LIFECYCLE) if one.get("bucket") in (name, UNKNOWN)]
        yield name, [rule for one in separate for rule in _entries(one.get("rules"))]


def _entries(rules: Any) -> list[Any]:
    return [UNKNOWN] if rules is UNKNOWN else as_list(rules)


def _ends_versions(rule: Any) -> bool:
    return is_object(rule) and any(not is_missing(rule.get(one)) for one in _OLD_VERSIONS)


def _lacks_bucket_key(rule: Any) -> bool:
    """Return whether an encryption rule uses a KMS key without a bucket key."""
    if not is_object(rule):
        return False
    algorithm = value_at(rule, "applyServerSideEncryptionByDefault.sseAlgorithm")
    return algorithm == "aws:kms" and is_not_true(rule.get("bucketKeyEnabled"))


def _with_bucket_keys(encryption: Resource) -> dict[str, Any]:
    rules = encryption.props.get("rules")
    if not is_array(rules):
        return {}
    changed = [
        {**one, "bucketKeyEnabled": True} if _lacks_bucket_key(one) else one for one in rules
    ]
    return {"rules": changed}


@rule(ENCRYPTION, remediate=_with_bucket_keys)
@classify("architecture", "cost", "low", "advisory")
def s3_bucket_key_enabled(encryption: Resource) -> Messages:
    """Buckets with KMS encryption must use a bucket key.

    Without a bucket key, every object operation makes a KMS request, which increases cost.

    Remediation: Set rules.bucket_key_enabled to True where the algorithm is "aws:kms".
    """
    if any(_lacks_bucket_key(one) for one in encryption.entries("rules")):
        yield (
            f"The bucket encryption '{encryption.name}' must use a bucket key: set"
            " rules.bucket_key_enabled=True."
        )
