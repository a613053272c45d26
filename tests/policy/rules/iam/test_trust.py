"""Tests of policy.rules.iam.trust."""

import json

from policy.rules.iam.trust import iam_oidc_trust_pinned, iam_trust_confused_deputy
from policy.testing import check

ROLE = "aws:iam/role:Role"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"}
AUD = ("StringEquals", f"{GITHUB}:aud", "sts.amazonaws.com")


def trust(principal, *conditions, action="sts:AssumeRole"):
    one = {"Effect": "Allow", "Action": action, "Principal": principal}
    merged = {}
    for operator, key, value in conditions:
        merged.setdefault(operator, {})[key] = value
    one |= {"Condition": merged} if merged else {}
    return {"assumeRolePolicy": json.dumps({"Version": "2012-10-17", "Statement": [one]})}


def sub(value, operator="StringLike"):
    return (operator, f"{GITHUB}:sub", value)


def test_iam_oidc_trust_pinned():
    eks = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
    pods = {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{eks}"}
    pod = ("StringEquals", f"{eks}:sub", "system:serviceaccount:shop:orders")
    check(
        iam_oidc_trust_pinned,
        ROLE,
        trust(PROVIDER, AUD, sub("repo:bulkhead/shop:*")) | {"name": "deploy"},
        kept=[
            trust(PROVIDER, AUD, sub("repo:bulkhead/shop:ref:refs/heads/main", "StringEquals")),
            trust(PROVIDER, AUD, sub(["repo:bulkhead/shop:*", "repo:bulkhead/site:*"])),
            trust(pods, ("StringEquals", f"{eks}:aud", "sts.amazonaws.com"), pod),
            trust({"Service": "lambda.amazonaws.com"}),
        ],
        broken=[
            trust(PROVIDER),
            trust(PROVIDER, AUD),
            trust(PROVIDER, sub("repo:bulkhead/shop:*")),
            trust(PROVIDER, AUD, sub("*")),
            trust(PROVIDER, AUD, sub("repo:bulkhead/*")),
            trust(PROVIDER, AUD, sub("repo:bulkhead/shop*")),
            trust(PROVIDER, AUD, sub(["repo:bulkhead/shop:*", "repo:*/shop:*"])),
            trust(PROVIDER, AUD, sub("repo:bulkhead/shop:*", "StringNotLike")),
            trust(pods, pod),
        ],
        unknown_at=["assumeRolePolicy"],
    )


def test_iam_trust_confused_deputy():
    tasks = {"Service": "ecs-tasks.amazonaws.com"}
    check(
        iam_trust_confused_deputy,
        ROLE,
        trust(tasks, ("StringEquals", "aws:SourceAccount", "123456789012")),
        kept=[
            trust(tasks, ("ArnLike", "aws:SourceArn", "arn:aws:ecs:eu-west-1:123456789012:*")),
            trust({"Service": "lambda.amazonaws.com"}),
            {"assumeRolePolicy": None},
        ],
        broken=[
            trust(tasks),
            trust({"Service": ["states.amazonaws.com"]}),
            trust(tasks, ("StringNotEquals", "aws:SourceAccount", "123456789012")),
            trust(tasks, ("StringEqualsIfExists", "aws:SourceAccount", "123456789012")),
        ],
        unknown_at=["assumeRolePolicy"],
    )
