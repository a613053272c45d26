"""Tests of policy.rules.iam.attachments."""

import json

import pytest

from policy.rules.iam import attachments as rules
from policy.testing import check, check_stack, messages, resource, stack, unknown

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]})


TRUST = document(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")


READS = document(Action="s3:GetObject", Resource="arn:aws:s3:::catalog/*")


@pytest.mark.parametrize("typ", ["aws:iam/user:User", "aws:iam/accessKey:AccessKey"])
def test_users_and_access_keys_must_not_be_declared(typ):
    (said,) = messages(rules.iam_no_users_or_access_keys, resource(typ, "shop", {"name": "ci"}))
    role = resource("aws:iam/role:Role", "shop", {"name": "ci"})

    assert "'shop' must not be declared" in said
    assert messages(rules.iam_no_users_or_access_keys, role) == []


def test_iam_no_policy_on_user():
    check(
        rules.iam_no_policy_on_user,
        "aws:iam/policyAttachment:PolicyAttachment",
        {"policyArn": BASIC, "roles": ["catalog"]},
        kept=[{"users": []}],
        broken=[{"users": ["ada"]}],
        unknown_at=["users"],
    )
    policy = resource("aws:iam/userPolicy:UserPolicy", "shop", {"user": "ada", "policy": unknown})
    assert (
        "'shop' must not be attached to a user" in messages(rules.iam_no_policy_on_user, policy)[0]
    )


def test_iam_role_policies_one_owner():
    def role(**changes):
        whole = {"name": "catalog", "assumeRolePolicy": TRUST}
        return resource("aws:iam/role:Role", "shop", whole | changes)

    inline = resource(
        "aws:iam/rolePolicy:RolePolicy", "own", {"role": "catalog", "name": "own", "policy": READS}
    )
    attached = resource(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "basic",
        {"role": "catalog", "policyArn": BASIC},
    )

    def exclusive(*names):
        props = {"roleName": "catalog", "policyNames": list(names)}
        return resource("aws:iam/rolePoliciesExclusive:RolePoliciesExclusive", "all", props)

    def exclusively_attached(*arns):
        props = {"roleName": "catalog", "policyArns": list(arns)}
        typ = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
        return resource(typ, "attachments", props)

    own = {"inlinePolicies": [{"name": "older", "policy": READS}]}
    check_stack(
        rules.iam_role_policies_one_owner,
        kept=[
            stack(role(), inline, attached),
            stack(role(**own), attached),
            stack(role(managedPolicyArns=[BASIC]), attached),
            stack(role(inlinePolicies=[{"name": "own", "policy": "{}"}]), inline),
            stack(role(), inline, exclusive("own")),
            stack(role(), inline, exclusive(unknown)),
            stack(role(), attached, exclusively_attached(BASIC)),
        ],
        broken=[
            stack(role(**own), inline),
            stack(role(managedPolicyArns=[ADMIN]), attached),
            stack(role(), inline, exclusive("other")),
            stack(role(), attached, exclusively_attached(ADMIN)),
        ],
    )
