"""Tests of policy.rules.kinesis."""

from policy.rules.kinesis import (
    kinesis_stream_encrypted,
    kinesis_stream_own_key,
    kinesis_stream_retention,
)
from policy.testing import check, resource

STREAM = "aws:kinesis/stream:Stream"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"
WHOLE = {
    "name": "order-events",
    "encryptionType": "KMS",
    "kmsKeyId": KEY,
    "retentionPeriod": 168,
    "streamModeDetails": {"streamMode": "ON_DEMAND"},
}


def test_kinesis_stream_encrypted():
    check(
        kinesis_stream_encrypted,
        STREAM,
        WHOLE,
        kept=[{"kmsKeyId": "alias/aws/kinesis"}],
        broken=[{"encryptionType": "NONE"}, {"encryptionType": None}, {"kmsKeyId": None}],
        unknown_at=["encryptionType", "kmsKeyId"],
    )
    fill_in = kinesis_stream_encrypted.remediate
    service_key = {"encryptionType": "KMS", "kmsKeyId": "alias/aws/kinesis"}
    assert fill_in(resource(STREAM, "events", {})) == service_key
    assert fill_in(resource(STREAM, "events", {"kmsKeyId": KEY})) == {"encryptionType": "KMS"}


def test_kinesis_stream_own_key():
    check(
        kinesis_stream_own_key,
        STREAM,
        WHOLE,
        kept=[{"kmsKeyId": "alias/orders"}, {"kmsKeyId": None, "tags": {"data-class": "public"}}],
        broken=[
            {"kmsKeyId": None},
            {"kmsKeyId": "alias/aws/kinesis"},
            {"kmsKeyId": "arn:aws:kms:eu-west-1:111122223333:alias/aws/kinesis"},
        ],
        unknown_at=["kmsKeyId"],
    )


def test_kinesis_stream_retention():
    check(
        kinesis_stream_retention,
        "aws:kinesis/stream:Stream",
        {"name": "events", "retentionPeriod": 168},
        broken=[{"retentionPeriod": None}, {"retentionPeriod": 24}],
        unknown_at=["retentionPeriod"],
    )
