"""Tests of policy.rules.general.owners."""

from policy.rules.general.owners import (
    bucket_one_owning_service,
    secret_one_owning_service,
    stream_one_owning_service,
)
from policy.testing import check_stack, unknown
from tests.policy.rules.samples.ownership import ARNS, BUCKET, SECRET, STREAM, allowed, owned, role


def test_bucket_one_owning_service():
    check_stack(
        bucket_one_owning_service,
        kept=[
            allowed(BUCKET, "s3:GetObject", caller=role("catalog")),
            allowed(BUCKET, "s3:GetObject", store=owned(BUCKET, purpose="logs")),
            allowed(BUCKET, "s3:GetObject", store=owned(BUCKET, purpose=unknown)),
            allowed(BUCKET, "s3:GetObject", "arn:aws:s3:::other/*"),
            allowed(BUCKET, "s3:GetObject", store=owned(BUCKET, owner=unknown)),
        ],
        broken=[
            allowed(BUCKET, "s3:GetObject", f"{ARNS[BUCKET]}/*"),
            allowed(BUCKET, "s3:GetObject", f"{ARNS[BUCKET]}/2026/*"),
            allowed(BUCKET, "s3:List*"),
            allowed(BUCKET, "s3:*", "*", store=owned(BUCKET, purpose="reports")),
        ],
    )


def test_secret_one_owning_service():
    read = "secretsmanager:GetSecretValue"
    by_tag = {"StringEquals": {"aws:ResourceTag/rotated-by": "rotation"}}
    check_stack(
        secret_one_owning_service,
        kept=[
            allowed(SECRET, read, caller=role("catalog")),
            allowed(SECRET, "secretsmanager:DescribeSecret"),
            allowed(SECRET, read, f"{ARNS[SECRET]}-of-another"),
            allowed(SECRET, read, "*", Condition=by_tag),
            allowed(SECRET, read, store=owned(SECRET, owner=unknown)),
        ],
        broken=[
            allowed(SECRET, read),
            allowed(SECRET, "secretsmanager:*", "*"),
            allowed(SECRET, None, "*", NotAction="iam:*"),
        ],
    )


def test_stream_one_owning_service():
    check_stack(
        stream_one_owning_service,
        kept=[
            allowed(STREAM, ["kinesis:GetRecords", "kinesis:DescribeStream"]),
            allowed(STREAM, "kinesis:PutRecord", caller=role("catalog")),
            allowed(STREAM, "kinesis:PutRecord", f"{ARNS[STREAM]}-of-another"),
        ],
        broken=[
            allowed(STREAM, "kinesis:PutRecord"),
            allowed(STREAM, "kinesis:Put*", "*"),
            allowed(STREAM, None, "*", NotAction="iam:*"),
        ],
    )
