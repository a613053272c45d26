"""Tests of policy.rules.cognito."""

import pytest

from policy.engine.settings import Settings
from policy.rules import cognito as rules
from policy.testing import check, messages, resource, unknown

POOL = "aws:cognito/userPool:UserPool"
PASSWORDS = {
    "minimumLength": 12,
    "requireLowercase": True,
    "requireUppercase": True,
    "requireNumbers": True,
    "requireSymbols": True,
}
WHOLE = {
    "name": "customers",
    "passwordPolicy": PASSWORDS,
    "mfaConfiguration": "ON",
    "softwareTokenMfaConfiguration": {"enabled": True},
    "userPoolTier": "PLUS",
    "userPoolAddOns": {"advancedSecurityMode": "ENFORCED"},
}
CLIENT = "aws:cognito/userPoolClient:UserPoolClient"
SHOP = {
    "userPoolId": "eu-west-1_a",
    "allowedOauthFlows": ["code"],
    "callbackUrls": ["https://shop.example.com/signed-in"],
    "preventUserExistenceErrors": "ENABLED",
}


@pytest.mark.parametrize("key", PASSWORDS)
def test_cognito_password_policy(key):
    weak = {"passwordPolicy": PASSWORDS | {key: 8 if key == "minimumLength" else False}}
    left_out = {name: value for name, value in PASSWORDS.items() if name != key}
    check(
        rules.cognito_password_policy,
        POOL,
        WHOLE,
        kept=[{"passwordPolicy": PASSWORDS | {key: unknown}}],
        broken=[weak, {"passwordPolicy": left_out}, {"passwordPolicy": None}],
        unknown_at=["passwordPolicy"],
    )


def test_a_client_may_call_back_to_localhost_outside_production():
    development = Settings(production=False)
    for url, faults in (("http://localhost:3000", 0), ("http://localhost.example", 1)):
        seen = resource(CLIENT, "shop", SHOP | {"callbackUrls": [url]})
        said = messages(rules.cognito_client_https_callbacks, seen, settings=development)
        assert len(said) == faults


def test_cognito_deletion_protection():
    check(
        rules.cognito_deletion_protection,
        POOL,
        {"name": "shop", "mfaConfiguration": "OPTIONAL", "deletionProtection": "ACTIVE"},
        broken=[{"deletionProtection": None}, {"deletionProtection": "INACTIVE"}],
        unknown_at=["deletionProtection"],
    )
    pool = resource(POOL, "shop", {})
    assert rules.cognito_deletion_protection.remediate(pool) == {"deletionProtection": "ACTIVE"}
    assert not messages(
        rules.cognito_deletion_protection, pool, settings=Settings(production=False)
    )
