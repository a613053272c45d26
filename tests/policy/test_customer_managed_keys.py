"""The key that AWS makes for a service ("alias/aws/...") is no customer managed key."""

import pytest

import policy.testing
from policy.engine.stack import Stack
from policy.rules import all_rules
from policy.testing import messages, resource

SERVICE_KEY = "arn:aws:kms:eu-west-1:111122223333:alias/aws/service"
RULES = [one for one in all_rules() if one.name.endswith("-own-key") and one.check]


def with_service_key(value, key=""):
    """Return *value* with the service's key in place of every key."""
    if isinstance(value, dict):
        return {name: with_service_key(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [with_service_key(one, key) for one in value]
    is_key = isinstance(value, str) and ("kms" in key.lower() or key in {"keyArn", "keyId"})
    return SERVICE_KEY if is_key else value


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.name)
def test_a_key_of_a_service_is_reported_wherever_a_key_is_required(rule, replayed):
    kept = [
        seen
        for one, seen, said, _ in replayed
        if one.name == rule.name and not said and not isinstance(seen, Stack)
        if seen.type in rule.types and with_service_key(seen.props) != seen.props
    ]

    changed = [resource(one.type, one.name, with_service_key(one.props)) for one in kept]
    assert any(policy.testing.violations(rule, one) for one in changed)


def test_the_key_of_a_service_is_not_enough_for_a_table():
    [rule] = [one for one in RULES if one.name == "dynamodb-own-key"]
    encryption = {"enabled": True, "kmsKeyArn": "alias/aws/dynamodb"}

    assert messages(
        rule, resource("aws:dynamodb/table:Table", "a", {"serverSideEncryption": encryption})
    )
