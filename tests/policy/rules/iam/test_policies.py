"""Tests of policy.rules.iam.policies."""

import json

from policy.rules.iam import policies as rules
from policy.testing import check, messages, resource

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
TABLE = "arn:aws:dynamodb:eu-west-1:1:table/catalog"

WITHOUT_RESOURCE = [
    "acm:ListCertificates",
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:Describe*",
    "dynamodb:ListTables",
    "ecs:ListTaskDefinitions",
    "elasticloadbalancing:DescribeTargetHealth",
    "cloudformation:ListStacks",
    "iam:ListRoles",
    "kms:CreateKey",
    "organizations:ListAccounts",
    "secretsmanager:GetRandomPassword",
    "ssmmessages:OpenDataChannel",
]


def policy(**statement):
    one = {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": TABLE} | statement
    one = {key: value for key, value in one.items() if value is not None}
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": one})}


WHOLE = policy() | {"role": "catalog", "name": "catalog-access"}


def test_iam_resource_named():
    check(
        rules.iam_resource_named,
        ROLE_POLICY,
        WHOLE,
        kept=[
            policy(Action="xray:PutTraceSegments", Resource="*"),
            policy(Action="ec2:DescribeSubnets", Resource=["*"]),
            policy(Effect="Deny", Resource="*"),
            policy(
                Resource="*", Condition={"StringEquals": {"aws:ResourceTag/service": "catalog"}}
            ),
            policy(Resource="*", Condition={"Null": {"aws:ResourceTag/cluster": "false"}}),
            policy(Resource="*", Condition={"StringLike": {"aws:RequestTag/volume": "*"}}),
            policy(Resource="*", Condition={"StringEquals": {"ec2:ResourceTag/team": "catalog"}}),
            *(policy(Action=action, Resource="*") for action in WITHOUT_RESOURCE),
            {"policy": "not json"},
        ],
        broken=[
            policy(Resource="*"),
            policy(Resource="*", Condition={"Null": {"aws:ResourceTag/cluster": "true"}}),
            policy(Resource=[TABLE, "*"]),
            policy(Action="dynamodb:*", Resource="*"),
            policy(Action=["iam:ListRoles", "iam:DeleteRole"], Resource="*"),
            policy(Resource="arn:aws:*:eu-west-1:111122223333:*"),
            policy(Action="dynamodb:List*", Resource="*"),
            policy(Action=["dynamodb:ListTables", "dynamodb:GetItem"], Resource="*"),
            policy(Resource="*", Condition={"StringEquals": {"ec2:Region": "eu-west-1"}}),
            policy(Action=None, NotAction="iam:*", Resource="*"),
            policy(Resource=None, NotResource=TABLE),
            policy(
                Resource="*",
                Condition={"StringEqualsIfExists": {"aws:ResourceTag/service": "catalog"}},
            ),
        ],
        unknown_at=["policy"],
    )


def test_iam_no_full_administrator():
    check(
        rules.iam_no_full_administrator,
        ROLE_POLICY,
        WHOLE,
        kept=[
            policy(Action="*"),
            policy(Action="s3:**", Resource="*"),
            policy(Action="*", Resource="arn:aws:s3:::*"),
            policy(Effect="Deny", Action="*", Resource="*"),
        ],
        broken=[
            policy(Action="*", Resource="*"),
            policy(Action=["*:*"], Resource=["*"]),
            policy(Action="*", Resource=None, NotResource=TABLE),
            *(policy(Action=action, Resource="*") for action in ("**", "*?", "*:?*")),
            *(
                policy(Action="*", Resource=one)
                for one in (
                    "arn:aws:*:*:*:*",
                    "arn*",
                    "arn:aws:?*:*:*:*",
                    "arn:aws:*:*:111122223333:*",
                )
            ),
        ],
        unknown_at=["policy"],
    )


def test_iam_no_service_wildcard():
    check(
        rules.iam_no_service_wildcard,
        ROLE_POLICY,
        WHOLE,
        kept=[policy(Action="s3:Get*")],
        broken=[
            policy(Action=["dynamodb:*"]),
            policy(Action=None, NotAction=["iam:*"]),
            *(policy(Action=action) for action in ("*", "s*", "s3:?*", "dynamo?b:GetItem")),
        ],
        unknown_at=["policy"],
    )


def test_inline_policies_of_a_role_are_policies_too():
    broad = policy(Action="*", Resource="*")["policy"]
    role = resource("aws:iam/role:Role", "shop", {"inlinePolicies": [{"policy": broad}]})

    assert len(messages(rules.iam_no_full_administrator, role)) == 1


def trust(**statement):
    one = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    } | statement
    return {"assumeRolePolicy": json.dumps({"Version": "2012-10-17", "Statement": [one]})}


def test_iam_trust_not_open():
    account = {"AWS": "arn:aws:iam::123456789012:root"}
    external = {"StringEquals": {"sts:ExternalId": "x"}}
    check(
        rules.iam_trust_not_open,
        "aws:iam/role:Role",
        trust() | {"name": "catalog", "maxSessionDuration": 3600},
        kept=[
            trust(Principal={"AWS": "arn:aws:iam::123456789012:role/ci"}),
            trust(Principal=account, Condition=external),
        ],
        broken=[
            trust(Principal="*"),
            trust(Principal={"AWS": ["*"]}),
            trust(Principal=account),
            trust(Principal=account, Condition={"StringLike": {"sts:ExternalId": "*"}}),
            trust(Principal={"AWS": "123456789012"}),
            {"assumeRolePolicy": None},
        ],
        unknown_at=["assumeRolePolicy"],
    )
