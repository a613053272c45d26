"""What the rules on queues accept and refuse."""

import pytest

from policy.rules.messaging.sqs import sqs_encrypted
from policy.testing import messages, resource, unknown

QUEUE = "aws:sqs/queue:Queue"
WHOLE = {
    "name": "orders-1f2e3d4",
    "visibilityTimeoutSeconds": 30,
    "messageRetentionSeconds": 345600,
    "redrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:d", "maxReceiveCount": 5}',
    "tagsAll": {"service": "orders"},
}


@pytest.mark.parametrize(
    "kept",
    [
        {"sqsManagedSseEnabled": True},
        {"sqsManagedSseEnabled": "true"},
        {"kmsMasterKeyId": "alias/orders"},
        {"kmsMasterKeyId": unknown},
        {"sqsManagedSseEnabled": unknown},
    ],
)
def test_an_encrypted_queue_keeps_the_rule(kept):
    assert messages(sqs_encrypted, resource(QUEUE, "orders", WHOLE | kept)) == []


@pytest.mark.parametrize("broken", [{}, {"sqsManagedSseEnabled": False}, {"kmsMasterKeyId": ""}])
def test_a_queue_must_say_how_it_is_encrypted(broken):
    [said] = messages(sqs_encrypted, resource(QUEUE, "orders", WHOLE | broken))

    assert "'orders' must encrypt" in said
    assert "sqs_managed_sse_enabled=True" in said


def test_another_type_is_not_asked():
    assert messages(sqs_encrypted, resource("aws:sns/topic:Topic", "orders", {})) == []
