"""Archives keep events through a kill, and replays deliver them again, marked as replayed."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.localcloud.aws.control_process import ControlProcess


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    running = ControlProcess(tmp_path_factory.mktemp("archives"))
    running.start()
    yield running
    running.stop()


class Bus:
    """An event bus with an archive, and rules that send to queues and to a stream."""

    def __init__(self, process, name):
        self.process, self.name = process, name
        self.events, self.sqs = process.client("events"), process.client("sqs")
        self.arn = self.events.create_event_bus(Name=name)["EventBusArn"]
        self.archive = self.events.create_archive(
            ArchiveName=name, EventSourceArn=self.arn, RetentionDays=7
        )["ArchiveArn"]

    def queue(self, rule):
        url = self.sqs.create_queue(QueueName=f"{self.name}-{rule}")["QueueUrl"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, self.rule(rule, found["Attributes"]["QueueArn"])

    def rule(self, rule, target, **settings):
        made = self.events.put_rule(
            Name=f"{self.name}-{rule}",
            EventBusName=self.name,
            EventPattern=json.dumps({"detail-type": ["paid"]}),
        )
        self.events.put_targets(
            Rule=f"{self.name}-{rule}",
            EventBusName=self.name,
            Targets=[{"Id": "t", "Arn": target, **settings}],
        )
        return made["RuleArn"]

    def put(self, *numbers, at=None):
        time = {} if at is None else {"Time": at}
        entries = [
            {
                "EventBusName": self.name,
                "Source": "shop",
                "DetailType": "paid",
                "Detail": json.dumps({"number": number}),
                **time,
            }
            for number in numbers
        ]
        assert self.events.put_events(Entries=entries)["FailedEntryCount"] == 0

    def replay(self, name, start, end, *rules):
        self.events.start_replay(
            ReplayName=name,
            EventSourceArn=self.archive,
            EventStartTime=start,
            EventEndTime=end,
            Destination={"Arn": self.arn, **({"FilterArns": list(rules)} if rules else {})},
        )
        return self.events.describe_replay(ReplayName=name)["State"]

    def received(self, url):
        """Return each event's number, with the name of its replay."""
        found = []
        while messages := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        ).get("Messages"):
            for message in messages:
                event = json.loads(message["Body"])
                found.append((event["detail"]["number"], event.get("replay-name")))
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return sorted(found)


def test_a_replay_delivers_what_the_archive_kept_to_the_rules_that_are_named(process):
    bus = Bus(process, "kept")
    first, first_rule = bus.queue("first")
    second, _ = bus.queue("second")
    old = dt.datetime.now(dt.UTC) - dt.timedelta(hours=2)
    bus.put(1, at=old)
    bus.put(2, 3)
    assert bus.received(first) == [(1, None), (2, None), (3, None)]
    assert len(bus.received(second)) == 3

    process.restart_after_kill()

    now = dt.datetime.now(dt.UTC)
    hour = dt.timedelta(hours=1)
    assert bus.replay("recent", now - hour, now + hour, first_rule) == "COMPLETED"
    assert bus.received(first) == [(2, "recent"), (3, "recent")]
    assert bus.received(second) == []
    assert bus.replay("all", now - 3 * hour, now + hour) == "COMPLETED"
    assert len(bus.received(first)) == len(bus.received(second)) == 3
    kept = bus.events.describe_archive(ArchiveName="kept")
    assert kept["EventCount"] == 3  # replayed events are not archived again


def test_an_event_becomes_a_record_under_the_key_at_the_targets_path(process):
    bus = Bus(process, "stream")
    kinesis = process.client("kinesis")
    kinesis.create_stream(StreamName="target", ShardCount=1)
    arn = "arn:aws:kinesis:eu-west-1:000000000000:stream/target"
    path = {"PartitionKeyPath": "$.detail.number"}
    bus.rule("to-stream", arn, InputPath="$.detail", KinesisParameters=path)

    bus.put("order-7")

    iterator = kinesis.get_shard_iterator(
        StreamName="target", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    [record] = kinesis.get_records(ShardIterator=iterator)["Records"]
    assert record["PartitionKey"] == "order-7"
    assert json.loads(record["Data"]) == {"number": "order-7"}


def test_a_target_that_is_gone_harms_no_other_and_leaves_a_dead_letter(process):
    bus = Bus(process, "isolated")
    dead, _ = bus.queue("dead")
    letters = bus.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    gone = "arn:aws:kinesis:eu-west-1:000000000000:stream/gone"
    bus.events.remove_targets(Rule="isolated-dead", EventBusName="isolated", Ids=["t"])
    bus.rule("gone", gone, DeadLetterConfig={"Arn": letters["Attributes"]["QueueArn"]})
    other, _ = bus.queue("other")

    bus.put(1)

    assert bus.received(other) == [(1, None)]
    [letter] = bus.sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"])["Messages"]
    told = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert (told["TARGET_ARN"], told["ERROR_CODE"]) == (gone, "NO_RESOURCE")


def test_a_replay_needs_an_archive_of_the_bus(process):
    bus = Bus(process, "without")
    bus.events.delete_archive(ArchiveName="without")
    now = dt.datetime.now(dt.UTC)

    with pytest.raises(ClientError, match="Archive without does not exist"):
        bus.replay("none", now, now)


def test_a_thousand_events_reach_their_queue_although_the_control_plane_dies(process):
    bus = Bus(process, "many")
    queue, _ = bus.queue("all")
    batches = [range(start, start + 10) for start in range(0, 1000, 10)]
    killer = threading.Timer(0.5, process.restart_after_kill)
    killer.start()

    for batch in batches:
        while True:  # the outbox publishes again what was not accepted
            try:
                bus.put(*batch)
            except (ClientError, BotoCoreError):
                time.sleep(0.05)
            else:
                break
    killer.join()

    received = [number for number, _ in bus.received(queue)]
    assert set(received) == set(range(1000))
    assert len(received) <= 1020  # the entries that were repeated
    assert bus.events.describe_archive(ArchiveName="many")["EventCount"] == len(received)
