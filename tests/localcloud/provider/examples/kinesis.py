"""Examples of Kinesis data streams, consumers and resource policies."""

from __future__ import annotations

import json

from tests.localcloud.provider.example import Example

STREAM = "aws:kinesis/stream:Stream"


def policy(stage, action):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
                    "Action": action,
                    "Resource": stage.make(STREAM)["arn"],
                }
            ],
        }
    )


EXAMPLES = (
    Example(
        type=STREAM,
        inputs=lambda _: {
            "streamModeDetails": {"streamMode": "ON_DEMAND"},
            "retentionPeriod": 168,
            "encryptionType": "KMS",
            "kmsKeyId": "alias/aws/kinesis",
            "tags": {"kind": "example"},
        },
        update={"retentionPeriod": 48, "tags": {"kind": "changed"}},
        outputs={"retentionPeriod": 168, "encryptionType": "KMS", "maxRecordSizeInKib": 1024},
        optional=lambda _: {
            "shardLevelMetrics": ["IncomingBytes", "OutgoingBytes"],
            "maxRecordSizeInKib": 2048,
        },
        values=lambda _: {
            "kmsKeyId": "alias/orders",
            "shardLevelMetrics": ["IncomingBytes"],
            "maxRecordSizeInKib": 4096,
            "streamModeDetails": {"streamMode": "PROVISIONED"},
            "shardCount": 4,
        },
        together=("streamModeDetails streamModeDetails.streamMode shardCount",),
        kept="streamModeDetails",
        bad={
            "name": "no spaces",
            "retentionPeriod": 23,
            "encryptionType": "AES",
            "kmsKeyId": "alias/orders",
            "shardCount": 2,
            "maxRecordSizeInKib": 5,
            "warmThroughputMibPs": 3,
        },
    ),
    Example(
        type=STREAM,
        variant="provisioned",
        inputs=lambda _: {"shardCount": 1},
        update={"shardCount": 2},
        values=lambda _: {
            "encryptionType": "KMS",
            "kmsKeyId": "alias/orders",
        },
        together=("encryptionType kmsKeyId",),
        outputs={"shardCount": 1, "encryptionType": "NONE"},
        bad={"kmsKeyId": "alias/orders"},
    ),
    Example(
        type="aws:kinesis/streamConsumer:StreamConsumer",
        inputs=lambda stage: {
            "streamArn": stage.make(STREAM)["arn"],
            "tags": {"kind": "example"},
        },
        update={"tags": {"kind": "changed"}},
        bad={"name": "no spaces"},
    ),
    Example(
        type="aws:kinesis/resourcePolicy:ResourcePolicy",
        inputs=lambda stage: {
            "resourceArn": stage.make(STREAM)["arn"],
            "policy": policy(stage, "kinesis:PutRecord"),
        },
        values=lambda stage: {"policy": policy(stage, "kinesis:PutRecords")},
        bad={"policy": "[]"},
    ),
)
