"""What the rules on messages that could not be handled accept and refuse."""

import json

from policy.rules.messaging.dead_letters import (
    sqs_dead_letter_queue,
    sqs_dead_letter_retention_longer,
)
from policy.rules.messaging.eventbridge import events_target_failure_handling
from policy.rules.messaging.scheduler import scheduler_dead_letters, scheduler_own_key
from policy.rules.messaging.sns import sns_no_http_subscription, sns_subscription_dead_letters
from policy.rules.messaging.sqs import sqs_max_receive_count
from policy.testing import check, check_stack, resource, stack, unknown

QUEUE = "aws:sqs/queue:Queue"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
POLICY = json.dumps({"deadLetterTargetArn": "arn:dead", "maxReceiveCount": 5})
DAYS_14 = 1209600


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
    check_stack(
        sqs_dead_letter_queue,
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
        sqs_dead_letter_retention_longer,
        kept=[program(DAYS_14), program(unknown), program(60, 30), program(60, unknown)],
        broken=[program(None), program(DAYS_14, DAYS_14), program(60)],
    )


def test_sqs_max_receive_count():
    def policy(count):
        return {"redrivePolicy": json.dumps({"deadLetterTargetArn": "a", "maxReceiveCount": count})}

    check(
        sqs_max_receive_count,
        QUEUE,
        {"name": "orders", "redrivePolicy": POLICY},
        kept=[{"redrivePolicy": None}, policy("10"), {"redrivePolicy": "no JSON"}],
        broken=[policy(0), policy(11), policy("1000")],
        unknown_at=["redrivePolicy"],
    )


def test_subscriptions():
    whole = {
        "topic": "arn:topic",
        "protocol": "sqs",
        "endpoint": "arn:queue",
        "redrivePolicy": '{"deadLetterTargetArn": "arn:dead"}',
    }
    check(
        sns_no_http_subscription,
        SUBSCRIPTION,
        whole,
        kept=[{"protocol": "https", "endpoint": "https://shop.example/hook"}],
        broken=[{"protocol": "http"}, {"protocol": None}, {"endpoint": "HTTP://shop.example"}],
        unknown_at=["protocol", "endpoint"],
    )
    check(
        sns_subscription_dead_letters,
        SUBSCRIPTION,
        whole,
        kept=[{"redrivePolicy": None, "protocol": "email"}],
        broken=[{"redrivePolicy": None}],
        unknown_at=["redrivePolicy", "protocol"],
    )


def test_events_target_failure_handling():
    check(
        events_target_failure_handling,
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "rule": "calls",
            "arn": "arn:aws:lambda:1",
            "deadLetterConfig": {"arn": "arn:dead"},
            "retryPolicy": {"maximumRetryAttempts": 0, "maximumEventAgeInSeconds": 60},
        },
        broken=[{"deadLetterConfig": None}, {"retryPolicy": None}],
        unknown_at=["deadLetterConfig", "retryPolicy"],
    )


def test_schedules():
    target = {"arn": "arn:aws:lambda:1", "roleArn": "arn:aws:iam::1:role/schedules"}
    whole = {
        "scheduleExpression": "rate(1 hour)",
        "flexibleTimeWindow": {"mode": "OFF"},
        "kmsKeyArn": "arn:aws:kms:1",
        "target": target | {"deadLetterConfig": {"arn": "arn:dead"}},
    }
    check(
        scheduler_dead_letters,
        "aws:scheduler/schedule:Schedule",
        whole,
        broken=[{"target": target}, {"target": None}],
        unknown_at=["target"],
    )
    check(
        scheduler_own_key,
        "aws:scheduler/schedule:Schedule",
        whole,
        broken=[{"kmsKeyArn": None}],
        unknown_at=["kmsKeyArn"],
    )
