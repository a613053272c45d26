"""What a bus and a stream promise: events are encrypted, kept, and told about when they fail."""

from __future__ import annotations

import json
from types import SimpleNamespace as Fake

import pytest

from components.args import InvalidArgError
from components.compute.stream_consumer import StreamConsumer, StreamConsumerArgs
from components.messaging.event_bus import EventBus, EventBusArgs
from components.messaging.event_stream import EventStream, EventStreamArgs
from components.messaging.work_queue import BusRule, WorkQueue, WorkQueueArgs
from tests.alarm_routing import ALARMS

OWN = {"key_arn": "arn:key", "alarms": ALARMS}
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
FUNCTION = Fake(arn="arn:function", function_name="mail")


def consumer(**changes):
    given = {
        "function": FUNCTION,
        "stream_arn": "arn:stream",
        "dead_letters_arn": "arn:letters",
        "alarms": ALARMS,
    }
    return StreamConsumerArgs(**{**given, **changes})


def test_a_bus_encrypts_and_archives_what_it_carries(build):
    made = build(lambda: EventBus("events", EventBusArgs(**OWN, archive_days=7)))

    bus = made.one("aws:cloudwatch/eventBus:EventBus", "events-bus").inputs
    assert bus["kmsKeyIdentifier"] == "arn:key"
    assert bus["deadLetterConfig"] == {"arn": "arn:aws:test:::events-dead-letters"}
    archive = made.one("aws:cloudwatch/eventArchive:EventArchive", "events-archive").inputs
    assert archive == {
        "eventSourceArn": "arn:aws:test:::events-bus",
        "retentionDays": 7,
        "kmsKeyIdentifier": "arn:key",
    }
    policy = made.one("aws:sqs/queuePolicy:QueuePolicy", "events-dead-letters-policy").inputs
    allow, deny = json.loads(policy["policy"])["Statement"]
    assert allow["Principal"] == {"Service": "events.amazonaws.com"}
    assert allow["Condition"] == {"ArnEquals": {"aws:SourceArn": "arn:aws:test:::events-bus"}}
    assert deny["Effect"] == "Deny"
    assert [alarm.name for alarm in made.all(ALARM)] == ["events-dead"]


def test_a_rule_of_the_bus_fills_the_queue_of_a_consumer(build):
    rule = BusRule(bus_name="events", event="paid", filter={"data": {"currency": ["EUR"]}})

    made = build(lambda: WorkQueue("mail", WorkQueueArgs(alarms=ALARMS, rule=rule)))

    named = made.one("aws:cloudwatch/eventRule:EventRule", "mail-rule").inputs
    assert named["eventBusName"] == "events"
    assert json.loads(named["eventPattern"]) == {
        "detail-type": ["paid"],
        "detail": {"data": {"currency": ["EUR"]}},
    }
    assert made.one("aws:cloudwatch/eventTarget:EventTarget", "mail-target").inputs == {
        "rule": "mail-rule",
        "eventBusName": "events",
        "arn": "arn:aws:test:::mail-queue",
        "deadLetterConfig": {"arn": "arn:aws:test:::mail-dead-letters"},
        "retryPolicy": {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 185},
    }
    policy = made.one("aws:sqs/queuePolicy:QueuePolicy", "mail-queue-policy").inputs
    allow = json.loads(policy["policy"])["Statement"][0]
    assert allow["Principal"] == {"Service": "events.amazonaws.com"}
    assert allow["Condition"] == {"ArnEquals": {"aws:SourceArn": "arn:aws:test:::mail-rule"}}


def test_a_topic_filters_what_the_queue_gets_by_the_message_body(build):
    args = WorkQueueArgs(alarms=ALARMS, topics={"paid": "arn:topic"}, filter={"subject": ["7"]})

    made = build(lambda: WorkQueue("mail", args))

    [subscription] = made.all("aws:sns/topicSubscription:TopicSubscription")
    assert json.loads(subscription.inputs["filterPolicy"]) == {"subject": ["7"]}
    assert subscription.inputs["filterPolicyScope"] == "MessageBody"


def test_a_stream_is_encrypted_on_demand_and_kept_for_a_week(build):
    made = build(lambda: EventStream("moved", EventStreamArgs(**OWN)))

    [stream] = made.all("aws:kinesis/stream:Stream")
    assert stream.inputs == {
        "streamModeDetails": {"streamMode": "ON_DEMAND"},
        "retentionPeriod": 168,
        "encryptionType": "KMS",
        "kmsKeyId": "arn:key",
    }
    assert made.request(stream).protect
    metrics = {alarm.name: alarm.inputs["metricName"] for alarm in made.all(ALARM)}
    assert metrics == {
        "moved-throttled": "WriteProvisionedThroughputExceeded",
        "moved-read-throttled": "ReadProvisionedThroughputExceeded",
        "moved-late": "GetRecords.IteratorAgeMilliseconds",
    }


@pytest.mark.parametrize(
    ("given", "position"),
    [
        ("LATEST", {"startingPosition": "LATEST"}),
        (
            "2026-01-31T00:00:00Z",
            {
                "startingPosition": "AT_TIMESTAMP",
                "startingPositionTimestamp": "2026-01-31T00:00:00Z",
            },
        ),
    ],
)
def test_a_poison_record_is_bisected_retried_and_kept(build, given, position):
    args = consumer(starting_position=given, max_attempts=3, pattern={"data": {"a": [1]}})

    made = build(lambda: StreamConsumer("mail-moved", args))

    [mapping] = made.all("aws:lambda/eventSourceMapping:EventSourceMapping")
    assert mapping.inputs == {
        "eventSourceArn": "arn:stream",
        "functionName": "arn:function",
        "batchSize": 100,
        "maximumBatchingWindowInSeconds": 0,
        "parallelizationFactor": 1,
        "bisectBatchOnFunctionError": True,
        "maximumRetryAttempts": 2,
        "maximumRecordAgeInSeconds": 604_800,
        "destinationConfig": {"onFailure": {"destinationArn": "arn:letters"}},
        "filterCriteria": {"filters": [{"pattern": '{"data": {"a": [1]}}'}]},
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "metricsConfig": {"metrics": ["EventCount"]},
        **position,
    }
    metrics = {alarm.name: alarm.inputs["metricName"] for alarm in made.all(ALARM)}
    assert metrics == {
        "mail-moved-dead": "OnFailureDestinationDeliveredEventCount",
        "mail-moved-dropped": "DroppedEventCount",
        "mail-moved-late": "IteratorAge",
    }


@pytest.mark.parametrize(
    ("define", "told"),
    [
        (lambda: EventBusArgs(**OWN, archive_days=0), "use 1 to 3650"),
        (lambda: EventStreamArgs(**OWN, retention_hours=23), "use 24 to 8760"),
        (lambda: consumer(parallelization=11), "use 1 to 10"),
        (lambda: consumer(max_age_seconds=59), "use 60 to 604800"),
        (lambda: consumer(max_attempts=0), "use 1 to 10001"),
    ],
)
def test_what_aws_does_not_offer_is_refused(define, told):
    with pytest.raises(InvalidArgError, match=told):
        define()


def test_publishers_and_readers_get_no_more_than_they_need(build):
    grants = []

    def program():
        stream = EventStream("moved", EventStreamArgs(**OWN))
        bus = EventBus("events", EventBusArgs(**OWN))
        grants.extend([*stream.allow_publish(), *stream.allow_read(), *bus.allow_publish("paid")])

    build(program)

    write, _, read, decrypt, put = grants
    assert write.actions == ["kinesis:PutRecord", "kinesis:PutRecords"]
    assert {action.split(":")[1][:3] for action in read.actions} == {"Des", "Get", "Lis"}
    assert decrypt.actions == ["kms:Decrypt"]
    assert put.conditions == {"StringEquals": {"events:detail-type": "paid"}}
