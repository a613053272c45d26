"""What happens to events beside being stored: deliveries, metrics, and a kill between."""

from __future__ import annotations

import gzip
import json
import time
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.telemetry_process import TelemetryProcess

SECONDS = 40


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("cloud"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def telemetry(control):
    with TelemetryProcess(control.layout) as running:
        yield running


@pytest.fixture
def group(control):
    name = f"/{uuid4()}"
    control.client("logs").create_log_group(logGroupName=name)
    control.client("logs").create_log_stream(logGroupName=name, logStreamName="s")
    return name


def put(control, group, *lines):
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": text} for text in lines]
    control.client("logs").put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def until(read):
    deadline = time.monotonic() + SECONDS
    while not (found := read()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def subscribe(control, group, pattern):
    kinesis = control.client("kinesis")
    name = str(uuid4())
    kinesis.create_stream(StreamName=name, ShardCount=1)
    stream = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    control.client("logs").put_subscription_filter(
        logGroupName=group,
        filterName="f",
        filterPattern=pattern,
        destinationArn=stream["StreamARN"],
        distribution="Random",
    )

    def received():
        shard = kinesis.get_shard_iterator(
            StreamName=name,
            ShardId=stream["Shards"][0]["ShardId"],
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]
        records = kinesis.get_records(ShardIterator=shard)["Records"]
        return [json.loads(gzip.decompress(one["Data"])) for one in records]

    return received


@pytest.mark.usefixtures("telemetry")
def test_a_stream_receives_the_matching_events_compressed(control, group):
    received = subscribe(control, group, "ERROR")
    put(control, group, "INFO", "ERROR one", "ERROR two")

    [document] = until(received)

    assert document["messageType"] == "DATA_MESSAGE"
    assert (document["logGroup"], document["logStream"]) == (group, "s")
    assert document["subscriptionFilters"] == ["f"]
    assert [one["message"] for one in document["logEvents"]] == ["ERROR one", "ERROR two"]


def test_events_before_a_kill_are_kept_once_and_delivered_after_it(control, telemetry, group):
    received = subscribe(control, group, "")
    put(control, group, "before")
    telemetry.kill()
    logs = control.client("logs")
    with pytest.raises(ClientError) as caught:
        put(control, group, "meanwhile")
    telemetry.start()
    put(control, group, "after")

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    found = logs.get_log_events(logGroupName=group, logStreamName="s", startFromHead=True)
    assert [one["message"] for one in found["events"]] == ["before", "after"]

    def whole():
        messages = [one["message"] for got in received() for one in got["logEvents"]]
        return {"before", "after"} <= set(messages)

    assert until(whole)
