"""Tests of policy.rules.sns."""

import json

import pytest

from policy.rules import sns as rules
from policy.testing import check, check_stack, resource, stack, unknown

TOPIC_ARN = "arn:aws:sns:eu-west-1:111122223333:order-placed"
OWNER = {"StringEquals": {"AWS:SourceOwner": "111122223333"}}
QUEUE_ARN = "arn:aws:sqs:eu-west-1:111122223333:mails"
URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/mails"
SNS = {"Service": "sns.amazonaws.com"}
FROM_TOPIC = {"ArnEquals": {"aws:SourceArn": TOPIC_ARN}}


def policy(principal, **rest):
    """Return an access policy with one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish"}
    return json.dumps({"Statement": [statement | {"Resource": TOPIC_ARN} | rest]})


@pytest.mark.parametrize("typ", ["aws:sns/topicPolicy:TopicPolicy", "aws:sns/topic:Topic"])
def test_sns_policy_no_open_principal(typ):
    check(
        rules.sns_policy_no_open_principal,
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
        rules.sns_denies_plain_http,
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


def statement(principal=SNS, condition=FROM_TOPIC, action="sqs:SendMessage", effect="Allow"):
    found = {"Effect": effect, "Principal": principal, "Action": action, "Resource": QUEUE_ARN}
    return found | ({"Condition": condition} if condition else {})


def text(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def queue(**props):
    return resource("aws:sqs/queue:Queue", "mails", {"arn": QUEUE_ARN, "url": URL} | props)


def subscription(**changes):
    whole = {"protocol": "sqs", "topic": TOPIC_ARN, "endpoint": QUEUE_ARN}
    return resource("aws:sns/topicSubscription:TopicSubscription", "placed", whole | changes)


def beside(policy, url=URL):
    policy = {"queueUrl": url, "policy": policy}
    return stack(
        queue(), subscription(), resource("aws:sqs/queuePolicy:QueuePolicy", "policy", policy)
    )


def test_sns_queue_admits_topic():
    like = {"ArnLike": {"AWS:SourceArn": ["arn:aws:sns:*:111122223333:order-*"]}}
    other = {"ArnEquals": {"aws:SourceArn": f"{TOPIC_ARN}-again"}}
    dead_letters = resource("aws:sqs/queue:Queue", "mails-dead", {"arn": f"{QUEUE_ARN}-dead"})
    box = resource("bulkhead:messaging:EventQueue", "box", {})
    pair = [queue(policy=text(statement())), dead_letters]
    for one in pair:
        one.options = resource("x:y:Z", "x", {}, parent=box.urn).options
    check_stack(
        rules.sns_queue_admits_topic,
        kept=[
            beside(text(statement())),
            beside(text(statement(condition=like, principal={"Service": ["sns.amazonaws.com"]}))),
            beside(text(statement(effect="Deny", principal="*"), statement(principal="*"))),
            beside(text(statement(action=["SQS:Send*"]))),
            beside({"Statement": statement(condition={"ArnEquals": {"aws:SourceArn": unknown}})}),
            beside(unknown),
            beside(text(statement()), url=unknown),
            stack(queue(policy=text(statement())), subscription()),
            stack(queue(policy=unknown), subscription()),
            stack(queue(policy=text(statement(condition=other))), subscription(topic=unknown)),
            stack(queue(), subscription(protocol="lambda")),
            stack(queue(), subscription(endpoint=f"{QUEUE_ARN}-elsewhere")),
            stack(queue(), subscription(endpoint=unknown)),
            stack(
                box,
                *pair,
                subscription(endpoint=unknown),
                property_dependencies={"placed": {"endpoint": [box]}},
            ),
        ],
        broken=[
            stack(queue(), subscription()),
            stack(queue(), subscription(topic=unknown)),
            beside("no JSON"),
            beside(text(statement()), url=f"{URL}-other"),
            beside(text(statement(condition=other))),
            beside(text(statement(condition=None))),
            beside(text(statement(condition={"ArnNotEquals": {"aws:SourceArn": TOPIC_ARN}}))),
            beside(text(statement(principal={"Service": "events.amazonaws.com"}))),
            beside(text(statement(action="sqs:ReceiveMessage"))),
            beside(text(statement(effect="Deny"))),
            stack(
                queue(),
                subscription(endpoint=unknown),
                property_dependencies={"placed": {"endpoint": [queue()]}},
            ),
        ],
    )
