"""What the rules on secrets and parameters accept and refuse."""

import json

from policy.rules.identity.mq import mq_passwords_not_literal
from policy.rules.identity.secretsmanager import (
    secret_value_not_literal,
    secretsmanager_blocks_public_policy,
    secretsmanager_own_key,
    secretsmanager_policy_no_open_principal,
    secretsmanager_rotated,
    secretsmanager_rotation_interval,
)
from policy.rules.identity.ssm import (
    ssm_document_not_shared_openly,
    ssm_secret_parameter_is_secure,
    ssm_secure_parameter_own_key,
    ssm_session_encrypted,
)
from policy.testing import check, check_stack, messages, resource, stack, unknown

SECRET = "aws:secretsmanager/secret:Secret"
KEY = "arn:aws:kms:eu-west-1:1:key/a"


def test_secretsmanager_rotated():
    def rotation(**changes):
        props = {"secretId": "arn:secret", "rotationLambdaArn": "arn:f"} | changes
        return resource("aws:secretsmanager/secretRotation:SecretRotation", "rotation", props)

    secret = resource(SECRET, "shop", {"arn": "arn:secret", "name": "orders"})
    check_stack(
        secretsmanager_rotated,
        kept=[stack(secret, rotation()), stack(secret, rotation(rotationEnabled=unknown))],
        broken=[
            stack(secret),
            stack(secret, rotation(secretId="arn:other")),
            stack(secret, rotation(rotationEnabled=False)),
        ],
    )


def test_secretsmanager_rotation_interval():
    def every(**rules):
        return {"rotationRules": rules}

    check(
        secretsmanager_rotation_interval,
        "aws:secretsmanager/secretRotation:SecretRotation",
        {"secretId": "arn:secret"} | every(automaticallyAfterDays=30),
        kept=[
            every(scheduleExpression="rate(30 days)"),
            every(scheduleExpression="rate(12 hours)"),
            every(scheduleExpression="cron(0 8 1 * ? *)"),
            every(scheduleExpression="cron(0 8 ? * MON-FRI *)"),
            every(scheduleExpression="cron(0 8 L * ? *)"),
            every(automaticallyAfterDays=unknown),
        ],
        broken=[
            {"rotationRules": None},
            every(automaticallyAfterDays=0),
            every(automaticallyAfterDays=365),
            every(scheduleExpression="rate(180 days)"),
            every(scheduleExpression="cron(0 8 1 1 ? *)"),
            every(scheduleExpression="cron(0 8 1 1,7 ? *)"),
            every(scheduleExpression="often"),
        ],
        unknown_at=["rotationRules"],
    )


def test_secretsmanager_own_key():
    check(
        secretsmanager_own_key,
        SECRET,
        {"name": "orders", "kmsKeyId": KEY},
        kept=[{"kmsKeyId": None, "tags": {"data-class": "public"}}],
        broken=[{"kmsKeyId": None}, {"kmsKeyId": "alias/aws/secretsmanager"}],
        unknown_at=["kmsKeyId"],
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
            secretsmanager_policy_no_open_principal,
            typ,
            whole,
            kept=[{"policy": None}, policy(Principal="*", Effect="Deny")],
            broken=[policy(Principal="*"), policy(Principal={"AWS": ["*"]})],
            unknown_at=["policy"],
        )


def test_secretsmanager_blocks_public_policy():
    check(
        secretsmanager_blocks_public_policy,
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        SECRET_POLICY,
        broken=[{"blockPublicPolicy": None}, {"blockPublicPolicy": False}],
        unknown_at=["blockPublicPolicy"],
    )


def test_secret_value_not_literal():
    def version(**changes):
        props = {"secretId": "arn:secret", "secretString": "hunter2"} | changes
        return resource("aws:secretsmanager/secretVersion:SecretVersion", "shop", props)

    def parameter(kind):
        props = {"name": "/orders/password", "type": kind, "value": "hunter2"}
        return resource("aws:ssm/parameter:Parameter", "parameter", props)

    password = resource("random:index/randomPassword:RandomPassword", "password", {"length": 32})

    def made(one):
        return stack(password, one, property_dependencies={"shop": {"secretString": [password]}})

    check_stack(
        secret_value_not_literal,
        kept=[
            made(version(secretString=unknown)),
            made(version()),
            stack(version(secretString=unknown)),
            stack(version(secretString=None, secretStringWoVersion=1)),
            stack(parameter("String")),
        ],
        broken=[stack(version()), stack(parameter("SecureString"))],
    )
    assert "hunter2" not in messages(secret_value_not_literal, stack(version()))[0]


def test_mq_passwords_not_literal():
    def broker(password):
        props = {
            "brokerName": "shop",
            "engineType": "RabbitMQ",
            "engineVersion": "3.13",
            "hostInstanceType": "mq.m5.large",
            "users": [{"username": "shop", "password": password}],
        }
        return resource("aws:mq/broker:Broker", "shop", props)

    source = resource("random:index/randomPassword:RandomPassword", "password", {"length": 32})

    def made(one):
        return stack(source, one, property_dependencies={"shop": {"users": [source]}})

    check_stack(
        mq_passwords_not_literal,
        kept=[
            stack(broker(unknown)),
            made(broker(unknown)),
            made(broker("hunter2")),
        ],
        broken=[stack(broker("hunter2"))],
    )


PARAMETER = "aws:ssm/parameter:Parameter"
SECURE = {"name": "/orders/db_password", "type": "SecureString", "value": "x", "keyId": KEY}


def test_ssm_secret_parameter_is_secure():
    check(
        ssm_secret_parameter_is_secure,
        PARAMETER,
        SECURE,
        kept=[{"name": "/orders/table_name", "type": "String"}, {"name": None, "type": "String"}],
        broken=[
            {"type": "String"},
            {"type": None},
            {"insecureValue": "x"},
        ],
        unknown_at=["name", "type"],
    )


def test_ssm_secure_parameter_own_key():
    check(
        ssm_secure_parameter_own_key,
        PARAMETER,
        SECURE,
        kept=[{"type": "String", "keyId": None}],
        broken=[{"keyId": None}, {"keyId": "alias/aws/ssm"}],
        unknown_at=["keyId", "type"],
    )


DOCUMENT = "aws:ssm/document:Document"


def test_ssm_document_not_shared_openly():
    check(
        ssm_document_not_shared_openly,
        DOCUMENT,
        {"documentType": "Command", "content": "{}"},
        kept=[{"permissions": {"type": "Share", "accountIds": "123456789012"}}],
        broken=[{"permissions": {"type": "Share", "accountIds": "123456789012,all"}}],
        unknown_at=["permissions"],
    )


def test_ssm_session_encrypted():
    encrypted = {"schemaVersion": "1.0", "inputs": {"kmsKeyId": "alias/sessions"}}
    check(
        ssm_session_encrypted,
        DOCUMENT,
        {"documentType": "Session", "content": json.dumps(encrypted)},
        kept=[
            {"content": "inputs:\n  kmsKeyId: alias/sessions"},
            {"documentType": "Command", "content": "{}"},
        ],
        broken=[{"content": json.dumps({"inputs": {}})}, {"content": "inputs: {kmsKeyId: ''}"}],
        unknown_at=["content", "documentType"],
    )
