"""Tests of policy.rules.firehose."""

from policy.rules.firehose import firehose_encrypted, firehose_failures_kept, firehose_own_key
from policy.testing import check, resource, unknown

FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"
DELIVERY = {
    "name": "order-archive",
    "destination": "extended_s3",
    "extendedS3Configuration": {"bucketArn": "arn:aws:s3:::archive", "roleArn": "arn:aws:iam::1:r"},
    "serverSideEncryption": {"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": KEY},
}
STREAM_SOURCE = {"kinesisSourceConfiguration": {"kinesisStreamArn": "arn:aws:kinesis:1"}}
OWNED = {"enabled": True, "keyType": "AWS_OWNED_CMK"}


def test_firehose_encrypted():
    check(
        firehose_encrypted,
        FIREHOSE,
        DELIVERY,
        kept=[
            {"serverSideEncryption": OWNED},
            {"serverSideEncryption": None} | STREAM_SOURCE,
            {"serverSideEncryption": None, "mskSourceConfiguration": {"topicName": "orders"}},
        ],
        broken=[{"serverSideEncryption": None}, {"serverSideEncryption": {"enabled": False}}],
        unknown_at=["serverSideEncryption"],
    )
    odd = resource(FIREHOSE, "archive", {"serverSideEncryption": {"keyType": "AWS_OWNED_CMK"}})
    assert firehose_encrypted.remediate(odd) == {"serverSideEncryption": OWNED}


def test_firehose_own_key():
    check(
        firehose_own_key,
        FIREHOSE,
        DELIVERY,
        kept=[{"serverSideEncryption": None} | STREAM_SOURCE],
        broken=[
            {"serverSideEncryption": None},
            {"serverSideEncryption": OWNED},
            {"serverSideEncryption": {"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK"}},
        ],
        unknown_at=["serverSideEncryption"],
    )


def test_firehose_failures_kept():
    logged = {"cloudwatchLoggingOptions": {"enabled": True, "logGroupName": "archive"}}
    unlogged = {"cloudwatchLoggingOptions": {"enabled": False}}
    to_s3 = {"bucketArn": "arn:aws:s3:::archive", "errorOutputPrefix": "failed/"}
    no_s3 = {"extendedS3Configuration": None}
    check(
        firehose_failures_kept,
        FIREHOSE,
        DELIVERY | {"extendedS3Configuration": to_s3 | logged},
        kept=[
            {"extendedS3Configuration": to_s3 | {"cloudwatchLoggingOptions": unknown}},
            {"extendedS3Configuration": logged | {"errorOutputPrefix": unknown}},
            no_s3 | {"opensearchConfiguration": logged | {"indexName": "orders"}},
            no_s3 | {"httpEndpointConfiguration": logged | {"url": "https://collector"}},
            no_s3 | {"redshiftConfiguration": logged | {"s3BackupMode": "Enabled"}},
            no_s3 | {"redshiftConfiguration": logged | {"s3BackupMode": unknown}},
            no_s3,
        ],
        broken=[
            {"extendedS3Configuration": to_s3},
            {"extendedS3Configuration": to_s3 | unlogged},
            {"extendedS3Configuration": logged},
            no_s3 | {"opensearchConfiguration": {"indexName": "orders"}},
            no_s3 | {"httpEndpointConfiguration": unlogged | {"url": "https://collector"}},
            no_s3 | {"redshiftConfiguration": logged},
            no_s3 | {"redshiftConfiguration": logged | {"s3BackupMode": "Disabled"}},
            no_s3 | {"redshiftConfiguration": unlogged | {"s3BackupMode": "Enabled"}},
        ],
        unknown_at=["extendedS3Configuration", "redshiftConfiguration"],
    )
