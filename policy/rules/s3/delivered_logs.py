"""Rules on S3 buckets to which the service delivery.logs.amazonaws.com writes."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.buckets import BUCKET_ENCRYPTION, encryption_defaults, inline
from policy.engine.keys import is_aws_managed_key
from policy.engine.log_delivery import SOURCES, receives_delivered_logs
from policy.engine.rule import Findings, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN, is_missing
from policy.rules.s3.buckets import INLINE_ENCRYPTION


@stack_rule(aws.S3_BUCKET, BUCKET_ENCRYPTION, *SOURCES)
@classify("audit", "storage", "medium", "mandatory")
def s3_delivered_logs_no_aws_managed_key(stack: Stack) -> Findings:
    """Buckets with delivered logs must not be encrypted with an AWS managed key.

    The policy of an AWS managed key does not admit delivery.logs.amazonaws.com, which writes the
    logs of network load balancers, VPCs, web ACLs, resolvers and distributions: none arrive.
    """
    for bucket in stack.of_type(aws.S3_BUCKET):
        separate = [
            one.get("rules") for one in stack.referrers("bucket", bucket, BUCKET_ENCRYPTION)
        ]
        stated = (inline(bucket, *INLINE_ENCRYPTION), *separate)
        if any(map(_has_aws_managed_key, stated)) and receives_delivered_logs(stack, bucket):
            yield bucket.finding(
                f"The bucket '{bucket.name}' with delivered logs must not be encrypted with an AWS"
                " managed key: set kms_master_key_id to a customer managed key, or sse_algorithm"
                ' to "AES256", in its BucketServerSideEncryptionConfiguration.'
            )


def _has_aws_managed_key(configuration: Any) -> bool:
    defaults = [one for one in encryption_defaults(configuration) if one is not UNKNOWN]
    return any(
        str(one.get("sseAlgorithm")).startswith("aws:kms")
        and (is_missing(key := one.get("kmsMasterKeyId")) or is_aws_managed_key(key))
        for one in defaults
    )
