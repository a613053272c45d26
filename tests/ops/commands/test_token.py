"""A token for a role of the local shop."""

import boto3
import jwt
import pytest
from moto import mock_aws

from ops.commands.token import USER_POOL_CLIENT, access_token
from ops.deployed import Resource
from ops.errors import CommandError

ROLES = ["cashier", "reader"]


@pytest.fixture
def cognito(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    with mock_aws():
        yield boto3.client("cognito-idp", region_name="eu-west-1")


@pytest.fixture
def outputs(cognito):
    pool = cognito.create_user_pool(
        PoolName="shop", UsernameAttributes=["email"], AutoVerifiedAttributes=["email"]
    )["UserPool"]["Id"]
    for role in ROLES:
        cognito.create_group(UserPoolId=pool, GroupName=role)
    made = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="shop", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )
    client_id = made["UserPoolClient"]["ClientId"]
    return Resource("urn", USER_POOL_CLIENT, client_id, "", {"userPoolId": pool})


@pytest.mark.parametrize("role", ROLES)
def test_the_token_names_the_role_as_the_users_group(cognito, outputs, role):
    token = access_token(cognito, outputs, role)

    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["cognito:groups"] == [role]
    assert claims["token_use"] == "access"


def test_a_second_token_is_for_the_same_user(cognito, outputs):
    first = access_token(cognito, outputs, "reader")

    second = access_token(cognito, outputs, "reader")

    subjects = {
        jwt.decode(token, options={"verify_signature": False})["sub"] for token in (first, second)
    }
    assert len(subjects) == 1


def test_an_unknown_role_is_refused_with_those_that_exist(cognito, outputs):
    with pytest.raises(CommandError, match=r"no role 'king'\. The roles are: cashier, reader"):
        access_token(cognito, outputs, "king")
