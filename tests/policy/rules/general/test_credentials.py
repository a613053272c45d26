"""Tests of policy.rules.general.credentials."""

from policy.rules.general.credentials import no_credentials_in_properties, secret_value_not_literal
from policy.testing import check, check_stack, messages, resource, stack, unknown


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

    def rotated(**changes):
        secret = resource("aws:secretsmanager/secret:Secret", "secret", {"id": "arn:secret"})
        props = {"secretId": "arn:secret", "rotationLambdaArn": "arn:rotation"} | changes
        typ = "aws:secretsmanager/secretRotation:SecretRotation"
        return stack(version(), secret, resource(typ, "schedule", props))

    check_stack(
        secret_value_not_literal,
        kept=[
            rotated(),
            made(version(secretString=unknown)),
            made(version()),
            stack(version(secretString=unknown)),
            stack(version(secretString=None, secretStringWoVersion=1)),
            stack(parameter("String")),
        ],
        broken=[
            rotated(rotateImmediately=False),
            stack(version()),
            stack(parameter("SecureString")),
        ],
    )
    assert "hunter2" not in messages(secret_value_not_literal, stack(version()))[0]


def test_no_credentials_in_properties():
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    check(
        no_credentials_in_properties,
        "aws:ec2/instance:Instance",
        {
            "ami": "ami-1",
            "instanceType": "m7g.large",
            "tags": {"owner": "platform"},
            "userData": "exec start",
        },
        kept=[
            {"userData": "postgres://orders:${PASSWORD}@db/orders"},
            {"userData": "https://example.com/a@b"},
        ],
        broken=[
            {"userData": f"export KEY={key}"},
            {"tags": {"deep": {"deeper": [unknown, key]}}},
            {"userData": "-----BEGIN OPENSSH PRIVATE KEY-----"},
            {"userData": "postgres://orders:hunter2@db/orders"},
        ],
        unknown_at=["userData", "tags"],
    )
    seen = resource("aws:ec2/instance:Instance", "shop", {"userData": key})
    (said,) = messages(no_credentials_in_properties, seen)
    assert key not in said
    assert "user_data" in said
