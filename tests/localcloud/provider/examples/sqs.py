"""Examples of queues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage


def statement(queue: str, action: str) -> str:
    allow = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": queue}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def policy(stage: Stage) -> dict:
    queue = stage.make("aws:sqs/queue:Queue")
    return {"queueUrl": queue["url"], "policy": statement(queue["arn"], "sqs:SendMessage")}


def dead_letters(stage: Stage) -> str:
    target = stage.create("aws:sqs/queue:Queue", {}, name="dead-letters").outputs["arn"]
    return json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 3})


EXAMPLES = (
    Example(
        type="aws:sqs/queue:Queue",
        inputs=lambda _: {"visibilityTimeoutSeconds": 45, "tags": {"kind": "example"}},
        update={"visibilityTimeoutSeconds": 60, "tags": {"kind": "changed"}},
        outputs={"visibilityTimeoutSeconds": 45, "delaySeconds": 0},
        optional=lambda _: {
            "delaySeconds": 5,
            "kmsDataKeyReusePeriodSeconds": 600,
            "kmsMasterKeyId": "alias/orders",
            "receiveWaitTimeSeconds": 5,
        },
        together=("kmsDataKeyReusePeriodSeconds kmsMasterKeyId",),
        values=lambda stage: {
            "policy": statement("*", "sqs:SendMessage"),
            "redriveAllowPolicy": '{"redrivePermission": "denyAll"}',
            "redrivePolicy": dead_letters(stage),
        },
        bad={"visibilityTimeoutSeconds": 99_999, "delaySeconds": -1, "name": "no spaces"},
    ),
    Example(
        type="aws:sqs/queue:Queue",
        variant="fifo",
        inputs=lambda _: {"fifoQueue": True},
        values=lambda _: {
            "contentBasedDeduplication": True,
            "deduplicationScope": "messageGroup",
            "fifoThroughputLimit": "perMessageGroupId",
        },
        together=("deduplicationScope fifoThroughputLimit",),
    ),
    Example(
        type="aws:sqs/queuePolicy:QueuePolicy",
        inputs=policy,
        update={"policy": statement("*", "sqs:ReceiveMessage")},
        bad={"policy": "{"},
    ),
)
