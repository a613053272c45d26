"""Tests of policy.rules.secretsmanager."""

import json

from policy.rules import secretsmanager as rules
from policy.testing import check, check_stack, resource, stack, unknown

SECRET = "aws:secretsmanager/secret:Secret"


def test_secretsmanager_rotated():
    def rotation(**changes):
        props = {"secretId": "arn:secret", "rotationLambdaArn": "arn:f"} | changes
        return resource("aws:secretsmanager/secretRotation:SecretRotation", "rotation", props)

    secret = resource(SECRET, "shop", {"arn": "arn:secret", "name": "orders"})
    check_stack(
        rules.secretsmanager_rotated,
        kept=[stack(secret, rotation()), stack(secret, rotation(rotationEnabled=unknown))],
        broken=[
            stack(secret),
            stack(secret, rotation(secretId="arn:other")),
            stack(secret, rotation(rotationEnabled=False)),
        ],
    )


def policy(**changes):
    one = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:role/orders"}} | changes
    return {"policy": json.dumps({"Statement": [one | {"Action": "secretsmanager:*"}]})}


SECRET_POLICY = {"secretArn": "arn:secret", "blockPublicPolicy": True} | policy()


def test_secretsmanager_policy_no_open_principal():
    wholes = {
        SECRET: {"name": "orders"} | policy(),
        "aws:secretsmanager/secretPolicy:SecretPolicy": SECRET_POLICY,
    }
    for typ, whole in wholes.items():
        check(
            rules.secretsmanager_policy_no_open_principal,
            typ,
            whole,
            kept=[{"policy": None}, policy(Principal="*", Effect="Deny")],
            broken=[policy(Principal="*"), policy(Principal={"AWS": ["*"]})],
            unknown_at=["policy"],
        )


def test_secretsmanager_blocks_public_policy():
    check(
        rules.secretsmanager_blocks_public_policy,
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        SECRET_POLICY,
        broken=[{"blockPublicPolicy": None}, {"blockPublicPolicy": False}],
        unknown_at=["blockPublicPolicy"],
    )
