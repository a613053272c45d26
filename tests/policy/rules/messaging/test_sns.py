"""What the rules on topics accept and refuse."""

import json

import pytest

from policy.rules.messaging.sns import (
    sns_denies_plain_http,
    sns_encrypted,
    sns_policy_no_open_principal,
)
from policy.testing import check, check_stack, resource, stack, unknown

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


def test_sns_denies_plain_http():
    topic = resource("aws:sns/topic:Topic", "orders", {"name": "orders", "arn": "arn:orders"})

    def denial(**changes):
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return json.dumps({"Statement": [statement | changes]})

    def program(text, arn="arn:orders"):
        beside = {"arn": arn, "policy": text}
        return stack(topic, resource("aws:sns/topicPolicy:TopicPolicy", "policy", beside))

    def inline(text):
        return stack(resource("aws:sns/topic:Topic", "orders", {"name": "orders", "policy": text}))

    check_stack(
        sns_denies_plain_http,
        kept=[
            program(denial()),
            program(denial(Principal={"AWS": "*"}, Action=["SNS:*"])),
            program(unknown),
            program(denial(), arn=unknown),
            inline(denial()),
            inline(unknown),
        ],
        broken=[
            stack(topic),
            inline("no JSON"),
            program(denial(), arn="other"),
            program(denial(Effect="Allow")),
            program(denial(Action="sns:Subscribe")),
            program(denial(Principal={"AWS": "111122223333"})),
            program(denial(Condition={"Bool": {"aws:SecureTransport": "true"}})),
            program(denial(Condition={})),
        ],
    )
