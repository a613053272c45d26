"""Tests of policy.rules.dynamodb."""

from policy.rules.dynamodb import dynamodb_one_owning_service
from policy.testing import check_stack, resource, stack, unknown
from tests.policy.rules.samples.ownership import ARNS, TABLE, allowed, document, owned, role


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
