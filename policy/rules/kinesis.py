"""Rules on Kinesis data streams."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.keys import is_aws_managed_key
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_missing, number

SERVICE_KEY = "alias/aws/kinesis"


def _service_key(stream: Resource) -> dict[str, Any]:
    key = {"kmsKeyId": SERVICE_KEY} if is_missing(stream.props.get("kmsKeyId")) else {}
    return {"encryptionType": "KMS", **key}


@rule(aws.KINESIS_STREAM, remediate=_service_key)
@classify("security", "messaging", "medium", "mandatory")
def kinesis_stream_encrypted(stream: Resource) -> Messages:
    """Kinesis streams must encrypt their records at rest.

    Streams keep records for days; unencrypted records can be read by anyone who obtains the
    storage.

    References: FSBP Kinesis.1, Config kinesis-stream-encrypted, Checkov CKV_AWS_43,
    cdk-nag AwsSolutions-KDS1
    Remediation: Set encryption_type to "KMS" and kms_key_id to "alias/aws/kinesis".
    """
    kind = stream.get("encryptionType")
    if kind not in ("KMS", UNKNOWN) or stream.is_missing("kmsKeyId"):
        yield (
            f"The Kinesis stream '{stream.name}' must encrypt its records: set encryption_type to"
            f' "KMS" and kms_key_id to a key or to "{SERVICE_KEY}".'
        )


@rule(aws.KINESIS_STREAM)
@classify("security", "messaging", "low", "advisory", when="sensitive")
def kinesis_stream_own_key(stream: Resource) -> Messages:
    """Kinesis streams with sensitive records must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the records; the AWS managed key allows
    the whole account.

    References: Checkov CKV_AWS_185
    """
    key = stream.get("kmsKeyId")
    if is_missing(key) or is_aws_managed_key(key):
        yield (
            f"The Kinesis stream '{stream.name}' must have a customer managed key: set kms_key_id"
            " to the ARN of a KMS key."
        )


@rule(aws.KINESIS_STREAM, params={"minHours": 168})
@classify("reliability", "messaging", "medium", "advisory")
def kinesis_stream_retention(stream: Resource) -> Messages:
    """Kinesis streams must keep their records for a week or more.

    A consumer that fails over a weekend needs its unread records to be available when it recovers.

    References: FSBP Kinesis.3, Config kinesis-stream-backup-retention-check
    """
    hours, least = stream.get("retentionPeriod"), stream.params["minHours"]
    if hours is not UNKNOWN and (number(hours) or 24) < least:
        yield (
            f"The Kinesis stream '{stream.name}' must keep its records: set retention_period to"
            f" {least:.0f} or more."
        )
