"""What the rules on queues accept and refuse."""

from policy.rules.messaging.sqs import sqs_encrypted
from policy.testing import check

WHOLE = {
    "name": "orders-1f2e3d4",
    "sqsManagedSseEnabled": True,
    "visibilityTimeoutSeconds": 30,
    "messageRetentionSeconds": 345600,
    "redrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:d", "maxReceiveCount": 5}',
    "tagsAll": {"service": "orders"},
}


def test_sqs_encrypted():
    check(
        sqs_encrypted,
        "aws:sqs/queue:Queue",
        WHOLE,
        kept=[
            {"sqsManagedSseEnabled": "true"},
            {"sqsManagedSseEnabled": False, "kmsMasterKeyId": "alias/orders"},
        ],
        broken=[{"sqsManagedSseEnabled": False}, {"sqsManagedSseEnabled": None}],
        unknown_at=["sqsManagedSseEnabled", "kmsMasterKeyId"],
    )
