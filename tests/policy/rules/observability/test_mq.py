"""What the rules on the logs of message brokers accept and refuse."""

from policy.rules.observability.mq import mq_logs
from policy.testing import check

ALL = {"general": True, "audit": True}


def test_mq_logs():
    check(
        mq_logs,
        "aws:mq/broker:Broker",
        {
            "brokerName": "orders",
            "engineType": "ActiveMQ",
            "engineVersion": "5.18",
            "hostInstanceType": "mq.m5.large",
            "logs": ALL,
        },
        kept=[{"engineType": "RabbitMQ", "logs": {"general": True}}],
        broken=[
            {"logs": None},
            {"logs": {"general": True}},
            {"logs": {"general": False, "audit": True}},
            {"engineType": "RabbitMQ", "logs": {"audit": True}},
        ],
        unknown_at=["logs"],
    )
