"""What the rules on message brokers accept and refuse."""

from policy.rules.messaging.mq import mq_minor_upgrades, mq_not_public
from policy.testing import check, resource

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
