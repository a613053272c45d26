"""`bulkhead events replay` delivers what a bus archived, or a stream keeps, to one consumer."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json

import pytest

from ops import replays
from ops.errors import CommandError
from tests.localcloud.aws.control_process import ControlProcess

HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    running = ControlProcess(tmp_path_factory.mktemp("replays"))
    running.start()
    yield running
    running.stop()


def wanted(event, consumer="mail"):
    now = dt.datetime.now(dt.UTC)
    return replays.Replay(
        environment="local", event=event, consumer=consumer, start=now - HOUR, end=now + HOUR
    )


class Functions:
    """Stands in for Lambda: one mapping, whose function fails at *poison*."""

    def __init__(self, arn, poison=None):
        self.arn, self.poison, self.batches = arn, poison, []

    def get_paginator(self, _):
        return self

    def paginate(self, EventSourceArn):  # noqa: N803 - boto3's name for it
        assert EventSourceArn == self.arn
        function = "arn:aws:lambda:eu-west-1:000000000000:function:local-{}-function-0a1b2c"
        found = [{"FunctionArn": function.format(name)} for name in ("stock", "mail")]
        return [{"EventSourceMappings": found}]

    def invoke(self, FunctionName, Payload):  # noqa: N803 - boto3's names for it
        assert ":local-mail-function-" in FunctionName
        records = json.loads(Payload)["Records"]
        self.batches.append(records)
        failed = [
            {"itemIdentifier": one["kinesis"]["sequenceNumber"]}
            for one in records
            if base64.b64decode(one["kinesis"]["data"]) == self.poison
        ]
        answer = json.dumps({"batchItemFailures": failed}).encode()
        return {"Payload": io.BytesIO(answer)}


def make_bus(process):
    events, sqs = process.client("events"), process.client("sqs")
    arn = events.create_event_bus(Name="bulkhead-local-events-bus-0a1b2c")["EventBusArn"]
    url = sqs.create_queue(QueueName="bulkhead-local-mail-paid-queue-0a1b2c")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    rule = {"Name": "local-mail-paid-rule-0a1b2c", "EventBusName": arn.rpartition("/")[2]}
    events.put_rule(**rule, EventPattern='{"detail-type": ["paid"]}')
    events.put_targets(
        Rule=rule["Name"],
        EventBusName=rule["EventBusName"],
        Targets=[{"Id": "t", "Arn": queue["Attributes"]["QueueArn"]}],
    )
    return arn, url


def test_a_bus_replays_from_its_archive_and_without_one_it_refuses(process):
    arn, url = make_bus(process)
    with pytest.raises(CommandError, match="has no archive: nothing can be replayed"):
        replays.of_bus(wanted("paid"), process.client)
    process.client("events").create_archive(ArchiveName="kept", EventSourceArn=arn)
    entry = {"EventBusName": arn, "Source": "shop", "DetailType": "paid", "Detail": "{}"}
    process.client("events").put_events(Entries=[entry])

    told = replays.of_bus(wanted("paid"), process.client)

    assert told.startswith("the archive delivered paid to the queue of mail again (paid-mail-")
    received = process.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    names = [json.loads(one["Body"]).get("replay-name") for one in received["Messages"]]
    assert sorted(map(bool, names)) == [False, True]
    with pytest.raises(CommandError, match="local has no rule for paid and stock"):
        replays.of_bus(wanted("paid", "stock"), process.client)


@pytest.mark.parametrize("poison", [None, b"12"])
def test_a_stream_replays_its_records_to_the_consumers_function(process, poison):
    kinesis = process.client("kinesis")
    event = "moved" if poison is None else "broken"
    name = f"bulkhead-local-{event}-stream-0a1b2c"
    kinesis.create_stream(StreamName=name, ShardCount=1)
    put = [{"PartitionKey": "k", "Data": str(n).encode()} for n in range(25)]
    kinesis.put_records(StreamName=name, Records=put)
    functions = Functions(f"arn:aws:kinesis:eu-west-1:000000000000:stream/{name}", poison)

    def client(service):
        return functions if service == "lambda" else process.client(service)

    if poison is not None:
        with pytest.raises(CommandError, match="failed after 10 records, at 49"):
            replays.of_stream(wanted(event), client)
        return
    told = replays.of_stream(wanted(event), client)

    assert told == f"25 records of {event} were delivered to mail again"
    records = [record for batch in functions.batches for record in batch]
    assert [int(base64.b64decode(one["kinesis"]["data"])) for one in records] == list(range(25))
    assert all(one["replayed"] is True for one in records)
