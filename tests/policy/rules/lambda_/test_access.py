"""Tests of policy.rules.lambda_.access."""

from policy.rules.lambda_.access import (
    lambda_permission_names_source,
    lambda_permission_not_public,
    lambda_role_not_shared,
    lambda_url_cors_not_open,
    lambda_url_needs_iam,
)
from policy.testing import check, check_stack, messages, resource, stack, unknown

URL = {"functionName": "catalog", "authorizationType": "AWS_IAM"}


def test_lambda_permission_names_source():
    check(
        lambda_permission_names_source,
        "aws:lambda/permission:Permission",
        {
            "function": "catalog",
            "action": "lambda:InvokeFunction",
            "principal": "apigateway.amazonaws.com",
            "sourceArn": "arn:aws:execute-api:eu-west-1:1:abc/*/*",
        },
        kept=[
            {"principal": "arn:aws:iam::1:role/caller", "sourceArn": None},
            {"sourceArn": None, "sourceAccount": "000000000000"},
        ],
        broken=[{"sourceArn": None}],
        unknown_at=["sourceArn", "principal"],
    )


def test_lambda_permission_not_public():
    check(
        lambda_permission_not_public,
        "aws:lambda/permission:Permission",
        {"function": "catalog", "action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com"},
        kept=[
            {"principal": "*", "principalOrgId": "o-1"},
            {"principal": "*", "sourceAccount": unknown},
        ],
        broken=[{"principal": "*"}, {"principal": None}],
        unknown_at=["principal"],
    )


def test_lambda_url_needs_iam():
    check(
        lambda_url_needs_iam,
        "aws:lambda/functionUrl:FunctionUrl",
        URL,
        broken=[{"authorizationType": "NONE"}, {"authorizationType": None}],
        unknown_at=["authorizationType"],
    )


def test_lambda_url_cors_not_open():
    cors = {"allowOrigins": ["https://shop.example.com"], "allowMethods": ["*"]}
    check(
        lambda_url_cors_not_open,
        "aws:lambda/functionUrl:FunctionUrl",
        URL | {"cors": cors},
        kept=[
            {"cors": None},
            {"cors": {"allowOrigins": ["*"], "allowMethods": ["GET"]}},
            {"cors": cors | {"allowOrigins": unknown}},
        ],
        broken=[
            {"cors": cors | {"allowOrigins": ["*"]}},
            {"cors": {"allowOrigins": ["*"], "allowCredentials": True}},
        ],
        unknown_at=["cors"],
    )


def test_lambda_role_not_shared():
    def function(name, role="arn:role", parent=""):
        props = {"role": role, "runtime": "python3.13"}
        return resource("aws:lambda/function:Function", name, props, parent=parent)

    check_stack(
        lambda_role_not_shared,
        kept=[
            stack(function("a"), function("b", role="arn:other")),
            stack(function("a", role=unknown), function("b", role=unknown)),
        ],
        broken=[stack(function("a"), function("b"))],
    )
    parent = "urn:pulumi:test::bulkhead::bulkhead:jobs:Jobs::nightly"
    shared = stack(function("a", parent=parent), function("b", parent=parent))
    params = {"sharedRoleComponents": ["bulkhead:jobs:Jobs"]}
    assert messages(lambda_role_not_shared, shared)
    assert messages(lambda_role_not_shared, shared, params=params) == []
