"""Provider functions (invokes)."""

from __future__ import annotations

import json
import zlib
from types import SimpleNamespace

import grpc
import pulumi_aws as aws_sdk
import pytest

from localcloud.aws.iam.resources.roles import get_federation
from localcloud.provider.values import Secret, unwrap_secrets


def test_functions_answer_in_the_form_of_the_sdk(stage):
    region = stage.invoke("aws:index/getRegion:getRegion")
    identity = stage.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    partition = stage.invoke("aws:index/getPartition:getPartition")
    zones = stage.invoke(
        "aws:index/getAvailabilityZones:getAvailabilityZones", {"state": "available"}
    )

    assert (region["region"], identity["accountId"]) == ("eu-west-1", "000000000000")
    assert partition["partition"] == "aws"
    assert zones["names"][:2] == ["eu-west-1a", "eu-west-1b"]
    assert aws_sdk.GetCallerIdentityResult(
        account_id=identity["accountId"],
        arn=identity["arn"],
        id=identity["id"],
        user_id=identity["userId"],
    )


def test_a_policy_document_is_made_and_a_secret_argument_keeps_it_secret(stage):
    statement = {"actions": ["s3:GetObject"], "resources": ["*"], "sid": "Read"}
    token = "aws:iam/getPolicyDocument:getPolicyDocument"

    found = stage.invoke(token, {"statements": [statement]})
    secret = stage.invoke(token, {"statements": [{**statement, "sid": Secret("Read")}]})

    assert json.loads(found["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        ],
    }
    assert secret["json"] == Secret(found["json"])
    assert unwrap_secrets(secret)["minifiedJson"] == found["minifiedJson"]


DOCUMENT = "aws:iam/getPolicyDocument:getPolicyDocument"
SHARED = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "A", "Action": ["s3:Get*", "s3:List*"], "Effect": "Allow", "Resource": "*"},
            {"Action": "sqs:*", "Condition": {"Bool": {"aws:SecureTransport": [False]}},
             "Principal": {"AWS": ["a", "b"]}, "Effect": "Deny"},
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "minified"),
    [
        ({}, '{"Version":"2012-10-17"}'),
        (
            {
                "policyId": "p",
                "version": "2008-10-17",
                "statements": [
                    {
                        "effect": "Deny",
                        "notActions": ["iam:*"],
                        "resources": ["b", "a<&>"],
                        "principals": [
                            {"type": "Service", "identifiers": ["b.amazonaws.com"]},
                            {"type": "AWS", "identifiers": ["1", "2"]},
                            {"type": "Service", "identifiers": ["a.amazonaws.com"]},
                        ],
                    }
                ],
            },
            (
                r'{"Version":"2008-10-17","Id":"p","Statement":[{"Effect":"Deny","NotAction":"iam:*",'
                r'"Resource":["b","a\u003c\u0026\u003e"],"Principal":{"AWS":["2","1"],'
                r'"Service":["b.amazonaws.com","a.amazonaws.com"]}}]}'
            ),
        ),
        (
            {
                "statements": [
                    {
                        "sid": "A",
                        "actions": ["s3:PutObject"],
                        "resources": ["arn:aws:s3:::b/&{aws:username}"],
                        "notPrincipals": [{"type": "*", "identifiers": ["*"]}],
                        "conditions": [
                            {
                                "test": "StringLike",
                                "variable": "s3:prefix",
                                "values": ["", "b", "c"],
                            },
                            {"test": "Bool", "variable": "b:key", "values": ["true"]},
                            {"test": "Bool", "variable": "a:key", "values": ["&{x}"]},
                        ],
                    }
                ],
                "sourcePolicyDocuments": [SHARED],
            },
            (
                '{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow",'
                '"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/${aws:username}",'
                '"NotPrincipal":"*","Condition":{"Bool":{"a:key":"${x}","b:key":"true"},'
                '"StringLike":{"s3:prefix":["","b","c"]}}},'
                '{"Effect":"Deny","Action":"sqs:*","Principal":{"AWS":["b","a"]},'
                '"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}'
            ),
        ),
        (
            {
                "statements": [{"sid": "A", "actions": ["x:y"]}, {"actions": ["z:*"]}],
                "overridePolicyDocuments": [SHARED],
            },
            (
                '{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow",'
                '"Action":["s3:Get*","s3:List*"],"Resource":"*"},{"Effect":"Allow","Action":"z:*"},'
                '{"Effect":"Deny","Action":"sqs:*","Principal":{"AWS":["b","a"]},'
                '"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}'
            ),
        ),
    ],
)
def test_a_policy_document_is_that_of_the_real_provider(stage, arguments, minified):
    found = stage.invoke(DOCUMENT, arguments)

    assert found["minifiedJson"] == minified
    assert json.loads(found["json"]) == json.loads(minified)
    assert found["json"].splitlines()[1] == '  "Version": "' + json.loads(minified)["Version"] + (
        '",' if arguments else '"'
    )
    assert found["id"] == str(zlib.crc32(found["json"].encode()))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"sourcePolicyDocuments": [SHARED, SHARED]}, r"duplicate Sid \(A\) in source"),
        ({"statements": [{"sid": "B"}, {"sid": "B"}]}, r"duplicate Sid \(B\) in statements"),
        (
            {"version": "2008-10-17", "statements": [{"resources": ["&{x}"]}]},
            "set version to 2012-10-17",
        ),
    ],
)
def test_a_policy_document_that_iam_would_refuse_is_an_error(stage, arguments, reason):
    with pytest.raises(grpc.RpcError, match=reason):
        stage.invoke(DOCUMENT, arguments)


def test_the_issuer_of_tokens_is_looked_up(shared):
    made = shared.make("aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation")

    found = shared.invoke(
        "aws:iam/getOutboundWebIdentityFederation:getOutboundWebIdentityFederation"
    )

    assert found["issuerIdentifier"] == made["issuerIdentifier"]


def test_a_preview_of_an_account_makes_an_issuer_up():
    account = "111111111111"

    found = get_federation(SimpleNamespace(account=account))

    assert found == {
        "id": account,
        "issuerIdentifier": f"https://{account}.tokens.sts.global.api.aws",
    }
