"""What happens to a message."""

from __future__ import annotations

import json

import pytest

from components.args import InvalidArgError
from components.messaging.event_topic import EventTopic, EventTopicArgs
from components.messaging.work_queue import WorkQueue, WorkQueueArgs
from tests.alarm_routing import ALARMS

QUEUE = "aws:sqs/queue:Queue"


def _args(**changes):
    given = {"alarms": ALARMS, "topics": {"order-placed": "arn:topic"}}
    return WorkQueueArgs(**{**given, **changes})


def test_a_message_that_keeps_failing_moves_to_the_dead_letter_queue(build):
    made = build(lambda: WorkQueue("orders", _args(max_receives=3)))

    redrive = json.loads(made.one(QUEUE, "orders-queue").inputs["redrivePolicy"])
    assert redrive == {
        "deadLetterTargetArn": "arn:aws:test:::orders-dead-letters",
        "maxReceiveCount": 3,
    }


def test_both_queues_are_encrypted(build):
    made = build(lambda: WorkQueue("orders", _args()))

    assert [q.inputs["sqsManagedSseEnabled"] for q in made.all(QUEUE)] == [True, True]


def test_dead_letters_are_kept_longer_than_the_messages_they_were(build):
    made = build(lambda: WorkQueue("orders", _args(retention_days=13)))

    kept = {q.name: q.inputs["messageRetentionSeconds"] for q in made.all(QUEUE)}
    assert kept["orders-dead-letters"] > kept["orders-queue"]


def test_an_event_reaches_the_queue_as_it_was_announced(build):
    made = build(lambda: WorkQueue("orders", _args()))

    [subscription] = made.all("aws:sns/topicSubscription:TopicSubscription")
    assert subscription.inputs == {
        "topic": "arn:topic",
        "protocol": "sqs",
        "endpoint": "arn:aws:test:::orders-queue",
        "rawMessageDelivery": True,
        "redrivePolicy": '{"deadLetterTargetArn": "arn:aws:test:::orders-dead-letters"}',
    }


def test_only_its_topics_fill_a_queue_and_only_by_tls(build):
    made = build(lambda: WorkQueue("orders", _args()))

    policy = made.one("aws:sqs/queuePolicy:QueuePolicy", "orders-queue-policy")
    allow, deny = json.loads(policy.inputs["policy"])["Statement"]
    assert allow["Principal"] == {"Service": "sns.amazonaws.com"}
    assert allow["Condition"] == {"ArnEquals": {"aws:SourceArn": "arn:topic"}}
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_queue_without_topics_admits_nobody(build):
    made = build(lambda: WorkQueue("orders", _args(topics=None)))

    policy = made.one("aws:sqs/queuePolicy:QueuePolicy", "orders-queue-policy")
    assert [s["Effect"] for s in json.loads(policy.inputs["policy"])["Statement"]] == ["Deny"]


def test_dead_letters_and_waiting_messages_raise_an_alarm(build):
    made = build(lambda: WorkQueue("orders", _args()))

    alarms = {
        a.name: a.inputs["dimensions"] for a in made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    }
    assert alarms == {
        "orders-dead": {"QueueName": "orders-dead-letters"},
        "orders-stale": {"QueueName": "orders-queue"},
    }


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"retention_days": 14}, "use 1 to 13"),
        ({"visibility_timeout_seconds": 0}, "use 1 to 43200"),
        ({"max_receives": 0}, "use 1 to 1000"),
    ],
)
def test_what_sqs_cannot_keep_is_refused(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        _args(**changes)


def test_who_may_send_and_receive_is_told_by_the_queue_and_the_topic(build):
    grants = []

    def program():
        queue = WorkQueue("orders", _args())
        topic = EventTopic("placed", EventTopicArgs(key_arn="arn:key"))
        grants.extend([*queue.allow_send(), *queue.allow_receive(), *topic.allow_publish()])

    build(program)

    assert [grant.actions for grant in grants] == [
        ["sqs:SendMessage"],
        [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        ],
        ["sns:Publish"],
        ["kms:Decrypt", "kms:GenerateDataKey"],
    ]
