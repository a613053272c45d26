"""Tests of policy.rules.general.owners."""

import json

from policy.rules.general.owners import bucket_one_owning_service, stream_one_owning_service
from policy.testing import check_stack, resource, stack, unknown

TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"
STREAM = "aws:kinesis/stream:Stream"
ROLE = "aws:iam/role:Role"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
ARNS = {
    TABLE: "arn:aws:dynamodb:eu-west-1:111122223333:table/products",
    BUCKET: "arn:aws:s3:::reports",
    STREAM: "arn:aws:kinesis:eu-west-1:111122223333:stream/events",
}


def document(action, target, **rest):
    statement = {"Effect": "Allow", "Action": action, "Resource": target} | rest
    found = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [found]})


def owned(typ, owner="catalog", **tags):
    return resource(typ, "store", {"arn": ARNS[typ], "tags": {"service": owner} | tags})


def role(service="orders", **props):
    whole = {"name": "orders", "assumeRolePolicy": TRUST, "tags": {"service": service}}
    return resource(ROLE, "orders", whole | props)


def allowed(typ, action, target=None, caller=None, store=None, **rest):
    """Return a program in which the role of orders has a policy on a store of catalog."""
    text = document(action, target or ARNS[typ], **rest)
    return stack(
        store or owned(typ),
        caller or role(),
        resource("aws:iam/rolePolicy:RolePolicy", "policy", {"role": "orders", "policy": text}),
    )


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
