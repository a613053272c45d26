"""Tests of policy.rules.dynamodb."""

import json

from policy.rules.dynamodb import dynamodb_one_owning_service
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


def test_dynamodb_one_owning_service():
    text = document("dynamodb:GetItem", f"{ARNS[TABLE]}/index/*")
    policy = resource("aws:iam/policy:Policy", "reads", {"arn": "arn:p", "policy": text})
    attachment = resource(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "attachment",
        {"role": "orders", "policyArn": "arn:p"},
    )
    check_stack(
        dynamodb_one_owning_service,
        kept=[
            allowed(TABLE, "dynamodb:GetItem", caller=role("catalog")),
            allowed(TABLE, "dynamodb:GetItem", caller=role(unknown)),
            allowed(TABLE, "dynamodb:GetItem", caller=role("")),
            allowed(TABLE, ["dynamodb:GetRecords", "dynamodb:DescribeStream"]),
            allowed(TABLE, "dynamodb:GetItem", f"{ARNS[TABLE]}-of-another"),
            allowed(TABLE, "logs:*", "*"),
            allowed(TABLE, "dynamodb:GetItem", Effect="Deny"),
            allowed(TABLE, None, "*", NotAction="dynamodb:*"),
            stack(owned(TABLE), role(inlinePolicies=[{"policy": unknown}])),
            stack(owned(TABLE), role(), policy),
        ],
        broken=[
            allowed(TABLE, "dynamodb:GetItem"),
            allowed(TABLE, "dynamodb:Get*", f"{ARNS[TABLE]}/index/by-name"),
            allowed(TABLE, "*", "*"),
            allowed(
                TABLE, ["dynamodb:GetRecords", "dynamodb:Query"], "arn:aws:dynamodb:*:*:table/*"
            ),
            allowed(TABLE, None, "*", NotAction="iam:*"),
            stack(owned(TABLE), role(inlinePolicies=[{"name": "x", "policy": text}])),
            stack(owned(TABLE), role(), policy, attachment),
            stack(owned(TABLE), role(managedPolicyArns=["arn:p"]), policy),
        ],
    )
