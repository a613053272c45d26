"""Examples of topics and subscriptions."""

from __future__ import annotations

import json

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow

TOPIC = "aws:sns/topic:Topic"
QUEUE = "aws:sqs/queue:Queue"

EXAMPLES = (
    Example(
        type=TOPIC,
        inputs=lambda _: {"displayName": "orders", "tags": {"kind": "example"}},
        update={"displayName": "all orders", "tags": {"kind": "changed"}},
        outputs={"displayName": "orders", "owner": "000000000000"},
        optional=lambda _: {"deliveryPolicy": "{}", "kmsMasterKeyId": "alias/orders"},
        values=lambda _: {"policy": allow("sns:Publish")},
        bad={"name": "no spaces", "tracingConfig": "Sometimes", "policy": "{"},
    ),
    Example(
        type=TOPIC,
        variant="fifo",
        inputs=lambda _: {"fifoTopic": True},
        values=lambda _: {"contentBasedDeduplication": True, "fifoThroughputScope": "Topic"},
    ),
    Example(
        type="aws:sns/topicPolicy:TopicPolicy",
        inputs=lambda stage: {"arn": stage.make(TOPIC)["arn"], "policy": allow("sns:Publish")},
        update={"policy": allow("sns:Subscribe")},
        bad={"policy": "[]"},
        lasting="a topic always has a policy",
    ),
    Example(
        type="aws:sns/topicSubscription:TopicSubscription",
        inputs=lambda stage: {
            "topic": stage.make(TOPIC)["arn"],
            "protocol": "sqs",
            "endpoint": stage.make(QUEUE)["arn"],
            "rawMessageDelivery": True,
        },
        update={"rawMessageDelivery": False, "filterPolicy": '{"kind": ["order-placed"]}'},
        outputs={"rawMessageDelivery": True, "pendingConfirmation": False},
        optional=lambda _: {
            "filterPolicy": '{"kind": ["order-placed"]}',
            "filterPolicyScope": "MessageBody",
        },
        values=lambda stage: {
            "deliveryPolicy": '{"healthyRetryPolicy": {"numRetries": 3}}',
            "redrivePolicy": json.dumps({"deadLetterTargetArn": stage.make(QUEUE)["arn"]}),
        },
        together=("filterPolicy filterPolicyScope",),
        bad={"protocol": "pigeon", "filterPolicy": "none", "filterPolicyScope": "All"},
    ),
)
