"""Tests of policy.rules.mq."""

from policy.rules.mq import mq_minor_upgrades, mq_not_public, mq_passwords_not_literal
from policy.testing import check, check_stack, resource, stack, unknown

BROKER = "aws:mq/broker:Broker"
WHOLE = {
    "brokerName": "orders",
    "engineType": "RabbitMQ",
    "engineVersion": "3.13",
    "hostInstanceType": "mq.m5.large",
    "deploymentMode": "CLUSTER_MULTI_AZ",
    "autoMinorVersionUpgrade": True,
    "publiclyAccessible": False,
    "users": [{"username": "orders", "password": "correct horse"}],
}


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


def test_mq_not_public():
    check(
        mq_not_public,
        BROKER,
        WHOLE,
        kept=[{"publiclyAccessible": None}],
        broken=[{"publiclyAccessible": True}, {"publiclyAccessible": "true"}],
        unknown_at=["publiclyAccessible"],
    )


def test_mq_minor_upgrades():
    check(
        mq_minor_upgrades,
        BROKER,
        WHOLE,
        broken=[{"autoMinorVersionUpgrade": False}, {"autoMinorVersionUpgrade": None}],
        unknown_at=["autoMinorVersionUpgrade"],
    )
    changes = mq_minor_upgrades.remediate(resource(BROKER, "orders", {}))
    assert changes == {"autoMinorVersionUpgrade": True}
