"""Tests of policy.rules.sqs."""

import json

import pytest

from policy.rules import sqs as rules
from policy.testing import check, check_stack, resource, stack, unknown

QUEUE = "aws:sqs/queue:Queue"
POLICY = json.dumps({"deadLetterTargetArn": "arn:dead", "maxReceiveCount": 5})
DAYS_14 = 1209600
QUEUE_ARN = "arn:aws:sqs:eu-west-1:111122223333:orders"
TOPIC = {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:order-placed"}}


def queue(name, **props):
    return resource(QUEUE, name, {"name": name, "arn": f"arn:{name}", "url": name} | props)


def test_sqs_dead_letter_queue():
    orders = queue("orders", redrivePolicy=POLICY)
    beside = resource(
        "aws:sqs/redrivePolicy:RedrivePolicy", "aside", {"queueUrl": "plain", "redrivePolicy": "{}"}
    )
    failed = resource(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "failures",
        {"destinationConfig": {"onFailure": {"destination": "arn:dead"}}},
    )
    bus = resource(
        "aws:cloudwatch/eventBus:EventBus", "events", {"deadLetterConfig": {"arn": "arn:dead"}}
    )
    check_stack(
        rules.sqs_dead_letter_queue,
        kept=[
            stack(orders, queue("dead")),
            stack(queue("orders", redrivePolicy=unknown)),
            stack(
                queue("orders", redrivePolicy=unknown),
                queue("dead"),
                property_dependencies={"orders": {"redrivePolicy": [queue("dead")]}},
            ),
            stack(queue("dead", redriveAllowPolicy='{"redrivePermission": "allowAll"}')),
            stack(queue("plain"), beside),
            stack(queue("dead"), failed),
            stack(queue("dead"), bus),
        ],
        broken=[stack(queue("plain")), stack(orders, queue("other")), stack(queue("x"), beside)],
    )


def test_sqs_dead_letter_retention_longer():
    def program(dead, source=None):
        return stack(
            queue("orders", redrivePolicy=POLICY, messageRetentionSeconds=source),
            queue("dead", messageRetentionSeconds=dead),
        )

    check_stack(
        rules.sqs_dead_letter_retention_longer,
        kept=[program(DAYS_14), program(unknown), program(60, 30), program(60, unknown)],
        broken=[program(None), program(DAYS_14, DAYS_14), program(60)],
    )


def policy(principal, action="sqs:SendMessage", condition=None):
    """Return an access policy with one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": QUEUE_ARN}
    conditions = {"Condition": condition} if condition else {}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | conditions]})


@pytest.mark.parametrize("typ", ["aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/queue:Queue"])
def test_sqs_policies(typ):
    whole = {"queueUrl": "https://sqs/orders", "policy": policy("*", condition=TOPIC)}
    check(
        rules.sqs_policy_no_open_principal,
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
            {"policy": policy("*", condition={"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}})},
            {"policy": policy("*", condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}})},
            {"policy": policy("*", condition={"Bool": {"aws:SecureTransport": "true"}})},
        ],
        unknown_at=["policy"],
    )
    check(
        rules.sqs_policy_no_wildcard_action,
        typ,
        whole,
        kept=[{"policy": None}, {"policy": policy("*", ["sqs:Send*"])}],
        broken=[
            {"policy": policy("*", "SQS:*")},
            {"policy": policy("*", ["sqs:Send*", "*"])},
            {"policy": policy("*", "sqs:SendMessage").replace("Action", "NotAction")},
        ],
        unknown_at=["policy"],
    )


def test_sqs_denies_plain_http():
    queue = resource(
        "aws:sqs/queue:Queue", "orders", {"name": "orders", "url": "https://sqs/orders"}
    )

    def denial(**changes):
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return json.dumps({"Statement": [statement | changes]})

    def program(text, url="https://sqs/orders"):
        beside = {"queueUrl": url, "policy": text}
        return stack(queue, resource("aws:sqs/queuePolicy:QueuePolicy", "policy", beside))

    def inline(text):
        return stack(resource("aws:sqs/queue:Queue", "orders", {"name": "orders", "policy": text}))

    check_stack(
        rules.sqs_denies_plain_http,
        kept=[
            program(denial()),
            program(denial(Principal={"AWS": "*"}, Action=["sqs:SendMessage"])),
            program(unknown),
            program(denial(), url=unknown),
            inline(denial()),
            inline(unknown),
        ],
        broken=[
            stack(queue),
            inline("no JSON"),
            program(denial(), url="other"),
            program(denial(Effect="Allow")),
            program(denial(Principal={"AWS": "111122223333"})),
            program(denial(Condition={"Bool": {"aws:SecureTransport": "true"}})),
            program(denial(Condition={})),
        ],
    )
