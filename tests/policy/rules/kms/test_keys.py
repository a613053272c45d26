"""Tests of policy.rules.kms.keys."""

import json

import pytest

from policy.rules.kms import keys as rules
from policy.testing import check, check_stack, resource, stack, unknown

KEY = "aws:kms/key:Key"
ACCOUNT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:*"}


def policy(*statements):
    return json.dumps({"Statement": [one | {"Resource": "*"} for one in statements]})


WHOLE = {"description": "orders", "enableKeyRotation": True, "policy": policy(ACCOUNT)}


def key(**changes):
    return resource(KEY, "shop", WHOLE | {"arn": "arn:key", "id": "key"} | changes)


@pytest.mark.parametrize(
    "typ", [KEY, "aws:kms/externalKey:ExternalKey", "aws:kms/replicaExternalKey:ReplicaExternalKey"]
)
def test_kms_policy_no_open_principal(typ):
    everybody = ACCOUNT | {"Principal": {"AWS": "*"}}
    ours = {"Condition": {"StringEquals": {"kms:CallerAccount": "123456789012"}}}
    check(
        rules.kms_policy_no_open_principal,
        typ,
        WHOLE,
        kept=[{"policy": None}, {"policy": policy(everybody | ours)}],
        broken=[{"policy": policy(everybody)}, {"policy": policy(ACCOUNT, everybody)}],
        unknown_at=["policy"],
    )


def test_kms_deletion_window():
    check(
        rules.kms_deletion_window,
        KEY,
        WHOLE,
        kept=[{"deletionWindowInDays": 30}],
        broken=[{"deletionWindowInDays": 7}],
        unknown_at=["deletionWindowInDays"],
    )


@pytest.mark.parametrize(
    ("typ", "path"), [(KEY, "isEnabled"), ("aws:kms/replicaKey:ReplicaKey", "enabled")]
)
def test_kms_key_enabled(typ, path):
    check(
        rules.kms_key_enabled,
        typ,
        WHOLE,
        kept=[{path: True}],
        broken=[{path: False}],
        unknown_at=[path],
    )


def test_kms_key_has_policy():
    separate = resource("aws:kms/keyPolicy:KeyPolicy", "policy", {"keyId": "key", "policy": "{}"})
    check_stack(
        rules.kms_key_has_policy,
        kept=[stack(key()), stack(key(policy=unknown)), stack(key(policy=None), separate)],
        broken=[stack(key(policy=None))],
    )


def test_kms_key_has_alias():
    def alias(target):
        props = {"name": "alias/orders", "targetKeyId": target}
        return resource("aws:kms/alias:Alias", "alias", props)

    check_stack(
        rules.kms_key_has_alias,
        kept=[stack(key(), alias("key")), stack(key(), alias(unknown))],
        broken=[stack(key()), stack(key(), alias("other"))],
    )
