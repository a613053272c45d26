"""Tests of policy.rules.mq."""

from policy.rules.mq import mq_own_key, mq_version_supported
from policy.testing import check

BROKER = {
    "brokerName": "orders",
    "engineType": "RabbitMQ",
    "engineVersion": "3.13",
    "hostInstanceType": "mq.m5.large",
    "encryptionOptions": {"kmsKeyId": "arn:aws:kms:1", "useAwsOwnedKey": False},
}


def test_message_brokers():
    check(
        mq_own_key,
        "aws:mq/broker:Broker",
        BROKER,
        broken=[
            {"encryptionOptions": None},
            {"encryptionOptions": {"kmsKeyId": "arn:aws:kms:1"}},
            {"encryptionOptions": {"useAwsOwnedKey": False}},
        ],
        unknown_at=["encryptionOptions"],
    )
    check(
        mq_version_supported,
        "aws:mq/broker:Broker",
        BROKER,
        kept=[
            {"engineVersion": "4.2"},
            {"engineType": "ActiveMQ", "engineVersion": "5.18.4"},
            {"engineType": "Other", "engineVersion": "1"},
        ],
        broken=[
            {"engineVersion": "3.9.16"},
            {"engineVersion": None},
            {"engineType": "ActiveMQ", "engineVersion": "5.17"},
        ],
        unknown_at=["engineVersion", "engineType"],
    )
