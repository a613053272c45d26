"""Provider functions (invokes)."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pulumi_aws as aws_sdk

from localcloud.aws.iam.resources import get_federation
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


def test_the_issuer_of_tokens_is_looked_up(stage, api):
    iam = api("iam")
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    token = "aws:iam/getOutboundWebIdentityFederation:getOutboundWebIdentityFederation"

    found = stage.invoke(token)

    iam.disable_outbound_web_identity_federation()
    assert found["issuerIdentifier"] == issuer


def test_a_preview_of_an_account_makes_an_issuer_up():
    account = "111111111111"

    found = get_federation(SimpleNamespace(account=account))

    assert found == {
        "id": account,
        "issuerIdentifier": f"https://{account}.tokens.sts.global.api.aws",
    }
