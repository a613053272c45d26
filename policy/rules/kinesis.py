"""Rules on Kinesis data streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.keys import is_aws_managed_key
from policy.engine.resource_types import KINESIS_STREAM
from policy.engine.rule import Concern, Level, Pack, Severity, When, rule
from policy.engine.values import UNKNOWN, is_missing, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

SERVICE_KEY = "alias/aws/kinesis"


def _service_key(stream: Resource) -> dict[str, Any]:
    key = {"kmsKeyId": SERVICE_KEY} if is_missing(stream.props.get("kmsKeyId")) else {}
    return {"encryptionType": "KMS", **key}


@rule(
    KINESIS_STREAM,
    pack=Pack.SECURITY,
    concern=Concern.MESSAGING,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why=(
        "Streams keep records for days; unencrypted records can be read by anyone who obtains the"
        " storage."
    ),
    references=(
        "FSBP Kinesis.1",
        "Config kinesis-stream-encrypted",
        "Checkov CKV_AWS_43",
        "cdk-nag AwsSolutions-KDS1",
    ),
    remediation='Set encryption_type to "KMS" and kms_key_id to "alias/aws/kinesis".',
    remediate=_service_key,
)
def kinesis_stream_encrypted(stream: Resource) -> Iterator[str]:
    """Kinesis streams must encrypt their records at rest."""
    kind = stream.get("encryptionType")
    if kind not in ("KMS", UNKNOWN) or stream.is_missing("kmsKeyId"):
        yield (
            f"The Kinesis stream '{stream.name}' must encrypt its records: set encryption_type to"
            f' "KMS" and kms_key_id to a key or to "{SERVICE_KEY}".'
        )


@rule(
    KINESIS_STREAM,
    pack=Pack.SECURITY,
    concern=Concern.MESSAGING,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why=(
        "A customer managed key's policy controls who can decrypt the records; the AWS managed"
        " key allows the whole account."
    ),
    references=("Checkov CKV_AWS_185",),
)
def kinesis_stream_own_key(stream: Resource) -> Iterator[str]:
    """Kinesis streams with sensitive records must be encrypted with a customer managed key."""
    key = stream.get("kmsKeyId")
    if is_missing(key) or is_aws_managed_key(key):
        yield (
            f"The Kinesis stream '{stream.name}' must have a customer managed key: set kms_key_id"
            " to the ARN of a KMS key."
        )


@rule(
    KINESIS_STREAM,
    pack=Pack.RELIABILITY,
    concern=Concern.MESSAGING,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "A consumer that fails over a weekend needs its unread records to be available when it"
        " recovers."
    ),
    params={"minHours": 168},
    references=("FSBP Kinesis.3", "Config kinesis-stream-backup-retention-check"),
)
def kinesis_stream_retention(stream: Resource) -> Iterator[str]:
    """Kinesis streams must keep their records for a week or more."""
    hours, least = stream.get("retentionPeriod"), stream.params["minHours"]
    if hours is not UNKNOWN and (number(hours) or 24) < least:
        yield (
            f"The Kinesis stream '{stream.name}' must keep its records: set retention_period to"
            f" {least:.0f} or more."
        )
