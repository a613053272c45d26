"""What the rules on queues accept and refuse."""

import json

import pytest

from policy.rules.messaging.sqs import (
    sqs_encrypted,
    sqs_policy_no_open_principal,
    sqs_policy_no_wildcard_action,
)
from policy.testing import check, resource

WHOLE = {
    "name": "orders-1f2e3d4",
    "sqsManagedSseEnabled": True,
    "visibilityTimeoutSeconds": 30,
    "messageRetentionSeconds": 345600,
    "redrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:d", "maxReceiveCount": 5}',
    "tagsAll": {"service": "orders"},
}
QUEUE_ARN = "arn:aws:sqs:eu-west-1:111122223333:orders"
TOPIC = {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:order-placed"}}


def policy(principal, action="sqs:SendMessage", condition=None):
    """Return an access policy with one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": QUEUE_ARN}
    conditions = {"Condition": condition} if condition else {}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | conditions]})


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


@pytest.mark.parametrize(
    ("stated", "changes"), [({}, {"sqsManagedSseEnabled": True}), ({"sqsManagedSseEnabled": 0}, {})]
)
def test_only_a_missing_encryption_is_filled_in(stated, changes):
    assert sqs_encrypted.remediate(resource("aws:sqs/queue:Queue", "orders", stated)) == changes


@pytest.mark.parametrize("typ", ["aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/queue:Queue"])
def test_sqs_policies(typ):
    whole = {"queueUrl": "https://sqs/orders", "policy": policy("*", condition=TOPIC)}
    check(
        sqs_policy_no_open_principal,
        typ,
        whole,
        kept=[
            {"policy": None},
            {"policy": "no JSON"},
            {"policy": policy({"Service": "sns.amazonaws.com"})},
            {"policy": policy({"AWS": "arn:aws:iam::111122223333:role/orders"})},
        ],
        broken=[
            {"policy": policy("*")},
            {"policy": policy({"AWS": ["*"]})},
            {"policy": policy("*", condition={"ArnEquals": {"aws:SourceArn": "*"}})},
            {"policy": policy("*", condition={"Bool": {"aws:SecureTransport": "true"}})},
        ],
        unknown_at=["policy"],
    )
    check(
        sqs_policy_no_wildcard_action,
        typ,
        whole,
        kept=[{"policy": None}, {"policy": policy("*", ["sqs:Send*"])}],
        broken=[{"policy": policy("*", "SQS:*")}, {"policy": policy("*", ["sqs:Send*", "*"])}],
        unknown_at=["policy"],
    )
