"""What the rules on functions that take messages accept and refuse."""

from policy.rules.messaging.kinesis import kinesis_stream_retention
from policy.rules.messaging.lambda_ import (
    lambda_queue_visibility_timeout,
    lambda_stream_failure_handling,
)
from policy.rules.messaging.mq import mq_own_key, mq_version_supported
from policy.testing import check, check_stack, resource, stack, unknown

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
BROKER = {
    "brokerName": "orders",
    "engineType": "RabbitMQ",
    "engineVersion": "3.13",
    "hostInstanceType": "mq.m5.large",
    "encryptionOptions": {"kmsKeyId": "arn:aws:kms:1", "useAwsOwnedKey": False},
}


def test_lambda_queue_visibility_timeout():
    def program(visibility, timeout, source="arn:q"):
        return stack(
            resource(
                "aws:sqs/queue:Queue", "q", {"arn": "arn:q", "visibilityTimeoutSeconds": visibility}
            ),
            resource(
                "aws:lambda/function:Function",
                "f",
                {"name": "f", "role": "arn:aws:iam::1:role/f", "timeout": timeout},
            ),
            resource(MAPPING, "m", {"eventSourceArn": source, "functionName": "f"}),
        )

    check_stack(
        lambda_queue_visibility_timeout,
        kept=[
            program(60, 10),
            program(None, None),
            program(unknown, 10),
            program(10, unknown),
            program(10, 10, "arn:other"),
        ],
        broken=[program(59, 10), program(None, 10), program(10, None)],
    )


def test_lambda_stream_failure_handling():
    check(
        lambda_stream_failure_handling,
        MAPPING,
        {
            "eventSourceArn": "arn:aws:kinesis:eu-west-1:1:stream/events",
            "functionName": "f",
            "startingPosition": "LATEST",
            "bisectBatchOnFunctionError": True,
            "destinationConfig": {"onFailure": {"destinationArn": "arn:dead"}},
        },
        kept=[
            {"startingPosition": None, "destinationConfig": None},
            {"eventSourceArn": "arn:aws:kafka:1", "destinationConfig": None},
            {"eventSourceArn": None, "destinationConfig": None},
        ],
        broken=[{"bisectBatchOnFunctionError": None}, {"destinationConfig": None}],
        unknown_at=["bisectBatchOnFunctionError", "destinationConfig"],
    )


def test_kinesis_stream_retention():
    check(
        kinesis_stream_retention,
        "aws:kinesis/stream:Stream",
        {"name": "events", "retentionPeriod": 168},
        broken=[{"retentionPeriod": None}, {"retentionPeriod": 24}],
        unknown_at=["retentionPeriod"],
    )


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
