"""What each kind of target receives, and what happens when it cannot."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from tests.localcloud.aws.events.conftest import arn

TIME = "2026-11-29T10:00:00Z"


def test_a_queue_receives_the_event_as_aws_writes_it(bus):
    queue = bus.queue("plain")
    bus.rule({"Arn": queue})

    id_ = bus.put({"total": 5}, Time=TIME, Resources=["arn:of:order"])

    [body] = bus.bodies(queue)
    assert json.loads(body) == {
        "version": "0",
        "id": id_,
        "detail-type": "placed",
        "source": "shop",
        "account": "000000000000",
        "time": TIME,
        "region": "eu-west-1",
        "resources": ["arn:of:order"],
        "detail": {"total": 5},
    }


def test_a_fifo_queue_receives_the_event_in_its_message_group(bus):
    queue = bus.queue("q.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    bus.rule({"Arn": queue, "SqsParameters": {"MessageGroupId": "orders"}})

    bus.put()

    [message] = bus.received(queue)
    assert message["Attributes"]["MessageGroupId"] == "orders"


@pytest.mark.usefixtures("telemetry")
def test_a_log_group_receives_the_event_or_a_log_event_of_the_transformer(bus, cloud):
    logs, groups = cloud.client("logs"), [f"/{bus.name}/whole", f"/{bus.name}/transformed"]
    for group in groups:
        logs.create_log_group(logGroupName=group)
    transformer = {
        "InputPathsMap": {"at": "$.time", "type": "$.detail-type"},
        "InputTemplate": '{"timestamp": <at>, "message": <type>}',
    }
    whole, transformed = (arn("logs", f"log-group:{group}") for group in groups)
    bus.rule({"Arn": f"{whole}:*"}, {"Arn": transformed, "InputTransformer": transformer})

    now = datetime.now(UTC).replace(microsecond=0)
    bus.put({"total": 5}, Time=now)

    [whole], [made] = (log_events(logs, group) for group in groups)
    assert json.loads(whole["message"])["detail"] == {"total": 5}
    assert (made["timestamp"], made["message"]) == (int(now.timestamp() * 1000), "placed")


def log_events(logs, group):
    """Return the events of *group* once there are some: they are sent after the answer."""
    deadline = time.monotonic() + 20
    while not (found := logs.filter_log_events(logGroupName=group)["events"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_another_bus_receives_the_same_event_once(bus, cloud):
    other, queue = f"{bus.name}-other", bus.queue("end")
    cloud.client("events").create_event_bus(Name=other)
    bus.rule({"Arn": arn("events", f"event-bus/{other}")})
    bus.rule({"Arn": queue}, {"Arn": arn("events", f"event-bus/{bus.name}")}, bus=other)

    id_ = bus.put()

    [body] = bus.bodies(queue)
    assert json.loads(body)["id"] == id_


def test_a_function_and_a_topic_receive_the_event(bus, cloud, workers, make_function):
    sns, queue = cloud.client("sns"), bus.queue("fan")
    topic = sns.create_topic(Name=bus.name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    function = make_function(f"{bus.name}-f")["FunctionArn"]
    bus.rule({"Arn": function, "InputPath": "$.detail"}, {"Arn": topic, "Input": '"placed"'})

    bus.put({"total": 5})

    assert workers.calls == [(f"/functions/{bus.name}-f/invocations", "Event", {"total": 5})]
    [body] = bus.bodies(queue)
    assert json.loads(body)["Message"] == '"placed"'


def test_a_disabled_rule_delivers_nothing_until_it_is_enabled(bus, cloud):
    queue = bus.queue("off")
    bus.rule({"Arn": queue}, State="DISABLED")

    bus.put()
    before = bus.bodies(queue)
    cloud.client("events").enable_rule(Name="all", EventBusName=bus.name)
    bus.put()

    assert before == []
    assert len(bus.bodies(queue)) == 1


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("sqs:eu-west-1:000000000000:nobody", "NO_RESOURCE"),
        ("sns:eu-west-1:000000000000:nobody", "NO_RESOURCE"),
        ("lambda:eu-west-1:000000000000:function:nobody", "NO_RESOURCE"),
        ("logs:eu-west-1:000000000000:log-group:/nobody", "NO_RESOURCE"),
        ("events:eu-west-1:000000000000:event-bus/nobody", "NO_RESOURCE"),
        ("sqs:us-east-1:000000000000:far", "INVALID_PARAMETER"),
    ],
)
def test_what_a_target_cannot_receive_goes_to_its_dead_letter_queue(bus, missing, code):
    queue, dead = bus.queue("works"), bus.queue("dead")
    target = {"Arn": f"arn:aws:{missing}", "DeadLetterConfig": {"Arn": dead}}
    rule = bus.rule(target, {"Arn": queue})

    id_ = bus.put()

    assert len(bus.bodies(queue)) == 1
    [message] = bus.received(dead)
    attributes = {k: v["StringValue"] for k, v in message["MessageAttributes"].items()}
    assert json.loads(message["Body"])["id"] == id_
    assert "__type" not in attributes.pop("ERROR_MESSAGE")
    assert attributes == {
        "RULE_ARN": rule,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code,
        "RETRY_ATTEMPTS": "0",
    }


def test_a_fifo_queue_without_content_based_deduplication_is_a_failed_target(bus):
    queue, dead = bus.queue("q.fifo", FifoQueue="true"), bus.queue("dead")
    target = {"Arn": queue, "SqsParameters": {"MessageGroupId": "g"}}
    bus.rule({**target, "DeadLetterConfig": {"Arn": dead}})

    bus.put()

    assert bus.bodies(queue) == []
    assert len(bus.bodies(dead)) == 1
