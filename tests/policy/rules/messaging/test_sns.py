"""What the rules on topics accept and refuse."""

import json

import pytest

from policy.rules.messaging.sns import sns_encrypted, sns_policy_no_open_principal
from policy.testing import check

TOPIC_ARN = "arn:aws:sns:eu-west-1:111122223333:order-placed"
OWNER = {"StringEquals": {"AWS:SourceOwner": "111122223333"}}


def policy(principal, **rest):
    """Return an access policy with one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish"}
    return json.dumps({"Statement": [statement | {"Resource": TOPIC_ARN} | rest]})


def test_sns_encrypted():
    check(
        sns_encrypted,
        "aws:sns/topic:Topic",
        {"name": "order-placed", "kmsMasterKeyId": "arn:aws:kms:eu-west-1:1:key/1", "tags": {}},
        broken=[{"kmsMasterKeyId": None}, {"kmsMasterKeyId": ""}],
        unknown_at=["kmsMasterKeyId"],
    )


@pytest.mark.parametrize("typ", ["aws:sns/topicPolicy:TopicPolicy", "aws:sns/topic:Topic"])
def test_sns_policy_no_open_principal(typ):
    check(
        sns_policy_no_open_principal,
        typ,
        {"arn": TOPIC_ARN, "policy": policy({"AWS": "*"}, Condition=OWNER)},
        kept=[
            {"policy": None},
            {"policy": policy({"Service": "events.amazonaws.com"})},
            {"policy": policy("*", Effect="Deny")},
        ],
        broken=[{"policy": policy("*")}, {"policy": policy({"AWS": ["111122223333", "*"]})}],
        unknown_at=["policy"],
    )
