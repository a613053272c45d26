"""What the rule on message brokers that lose a zone accepts and refuses."""

from policy.rules.resilience.mq import mq_highly_available
from policy.testing import check


def test_mq_highly_available():
    check(
        mq_highly_available,
        "aws:mq/broker:Broker",
        {
            "brokerName": "orders",
            "engineType": "ActiveMQ",
            "engineVersion": "5.18",
            "hostInstanceType": "mq.m5.large",
            "deploymentMode": "ACTIVE_STANDBY_MULTI_AZ",
        },
        kept=[{"engineType": "RabbitMQ", "deploymentMode": "CLUSTER_MULTI_AZ"}],
        broken=[{"deploymentMode": None}, {"deploymentMode": "SINGLE_INSTANCE"}],
        unknown_at=["deploymentMode"],
    )
