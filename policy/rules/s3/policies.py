"""Rules on S3 bucket policies."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.accounts import named_accounts, trusted_accounts
from policy.engine.iam import SOURCE_CONDITION, public_access, statements
from policy.engine.resource import parse_json
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object

_EVERYTHING = ("*", "s3:*")
_ACCESS = {
    "read": ("s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetBucketAcl"),
    "write": ("s3:PutObject", "s3:DeleteObject", "s3:PutObjectAcl", "s3:PutBucketPolicy"),
}
"""Kind of access -> typical actions, of which public access is a finding in AWS."""


@stack_rule(aws.S3_BUCKET, aws.S3_BUCKET_POLICY)
@classify("security", "storage", "medium", "mandatory")
def s3_bucket_denies_plain_http(stack: Stack) -> Findings:
    """Buckets must deny requests without TLS.

    HTTP traffic is unencrypted and can be read or changed in transit.

    References: FSBP S3.5, CIS 3.0 2.1.1, CIS 7.0 3.1.1, Config s3-bucket-ssl-requests-only,
    Checkov CKV_AWS_379, cdk-nag AwsSolutions-S10
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        lacks = stack.has_no_referrer(
            bucket, "bucket", aws.S3_BUCKET_POLICY, where=_denies_plain_http
        )
        if lacks and not _denies_plain_http(bucket):
            yield bucket.finding(
                f"The bucket '{bucket.name}' must deny requests without TLS: add to its policy a"
                ' Deny of s3:* for Principal "*" on the bucket and its objects, with the condition'
                ' Bool aws:SecureTransport "false".'
            )


def _denies_plain_http(owner: Resource) -> bool:
    if owner.document("policy") is UNKNOWN:
        return True
    return any(
        one.denies_plain_http
        and any(action.lower() in _EVERYTHING for action in one.actions)
        and _covers_bucket_and_objects(one.resources)
        for one in statements(owner.get("policy"))
    )


def _covers_bucket_and_objects(resources: tuple[str, ...]) -> bool:
    if not resources:
        return True  # none of them is known yet
    bucket = any("/" not in one for one in resources)
    return bucket and any(one.endswith("*") for one in resources)


@rule(aws.S3_BUCKET_POLICY, aws.S3_BUCKET)
@classify("security", "storage", "critical", "mandatory")
def s3_policy_no_open_principal(policy: Resource) -> Findings:
    """Bucket policies must not allow every principal.

    Anyone on the internet can then access the bucket.

    References: FSBP S3.2 (read), FSBP S3.3 (write), CIS 7.0 2.21,
    Config s3-bucket-public-read-prohibited, Config s3-bucket-public-write-prohibited,
    Checkov CKV_AWS_70
    """
    open_to_all = [
        one for one in statements(policy.get("policy")) if one.allows and one.has_public_principal
    ]
    access = [
        kind
        for kind, actions in _ACCESS.items()
        if any(one.allows_action(action) for one in open_to_all for action in actions)
    ]
    for message in public_access(policy, "bucket policy of", "principals", SOURCE_CONDITION):
        yield policy.finding(message, *access)


@rule(
    aws.S3_BUCKET_POLICY,
    aws.S3_BUCKET,
    params={
        "actions": [
            "s3:DeleteBucketPolicy",
            "s3:PutBucketAcl",
            "s3:PutBucketPolicy",
            "s3:PutEncryptionConfiguration",
            "s3:PutObjectAcl",
        ]
    },
)
@classify("security", "storage", "high", "mandatory")
def s3_policy_no_foreign_administration(policy: Resource) -> Messages:
    """Bucket policies must not let other accounts administer the bucket.

    Another account that can change the bucket's policy or encryption controls the bucket.

    References: FSBP S3.6, Config s3-bucket-blacklisted-actions-prohibited
    """
    trusted = trusted_accounts(policy)
    for one in statements(policy.get("policy")):
        given = [action for action in policy.params["actions"] if one.allows_action(action)]
        foreign = one.has_public_principal or named_accounts(one) - trusted
        if given and one.allows and foreign:
            yield (
                f"The bucket policy of '{policy.name}' must not allow other accounts to administer"
                f" it: remove {', '.join(given)} from policy, or name the account in"
                " trustedAccounts."
            )


@rule(aws.S3_BUCKET_POLICY, aws.S3_BUCKET)
@classify("security", "storage", "high", "mandatory")
def s3_policy_no_lockout(policy: Resource) -> Messages:
    """Bucket policies must not lock out the administrators of the bucket.

    Only the root user can remove a bucket policy that denies every action to every principal.

    References: Checkov CKV_AWS_93
    """
    document = parse_json(policy.get("policy"))
    found = as_list(document.get("Statement")) if is_object(document) else []
    if any(_locks_out(one) for one in found if is_object(one)):
        yield (
            f"The bucket policy of '{policy.name}' must not deny every action to every principal:"
            " add a Condition to that statement of policy, or name principals and actions."
        )


def _locks_out(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    if is_object(principal):
        principal = principal.get("AWS")
    actions = [one.lower() for one in as_list(statement.get("Action")) if isinstance(one, str)]
    return (
        statement.get("Effect") == "Deny"
        and "*" in [one for one in as_list(principal) if isinstance(one, str)]
        and any(action in _EVERYTHING for action in actions)
        and is_missing(statement.get("Condition"))
    )
