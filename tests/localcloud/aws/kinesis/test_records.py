"""Streams keep each record for their retention, in order, through a kill."""

from __future__ import annotations

import datetime as dt

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess

KEYS = [f"order-{number}" for number in range(8)]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    running = ControlProcess(tmp_path_factory.mktemp("kinesis"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def kinesis(process):
    return process.client("kinesis")


def make(kinesis, name, **settings):
    mode = {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
    kinesis.create_stream(StreamName=name, **(settings or mode))
    return name


def put(kinesis, stream, *keys, data=b"{}"):
    records = [{"PartitionKey": key, "Data": data} for key in keys]
    return kinesis.put_records(StreamName=stream, Records=records)["Records"]


def read(kinesis, stream, kind="TRIM_HORIZON", shards=None, **where):
    """Return the partition keys of each shard."""
    found = {}
    for shard in shards or [s["ShardId"] for s in kinesis.list_shards(StreamName=stream)["Shards"]]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard, ShardIteratorType=kind, **where
        )["ShardIterator"]
        answer = kinesis.get_records(ShardIterator=iterator)
        found[shard] = [record["PartitionKey"] for record in answer["Records"]]
    return found


def every(found):
    return sorted(key for keys in found.values() for key in keys)


def test_records_and_iterators_survive_a_kill(process, kinesis):
    stream = make(kinesis, "kept")
    placed = put(kinesis, stream, *KEYS)
    shard = placed[0]["ShardId"]
    latest = kinesis.get_shard_iterator(
        StreamName=stream, ShardId=shard, ShardIteratorType="LATEST"
    )["ShardIterator"]

    process.restart_after_kill()

    assert every(read(kinesis, stream)) == KEYS
    [later] = put(kinesis, stream, KEYS[0])
    assert int(later["SequenceNumber"]) > int(placed[0]["SequenceNumber"])
    after = {"StartingSequenceNumber": placed[0]["SequenceNumber"]}
    follows = [k for k, p in zip(KEYS, placed, strict=True) if p["ShardId"] == shard][1:]
    found = read(kinesis, stream, "AFTER_SEQUENCE_NUMBER", [shard], **after)
    assert found[shard] == [*follows, KEYS[0]]
    records = kinesis.get_records(ShardIterator=latest)["Records"]
    assert [record["PartitionKey"] for record in records] == [KEYS[0]]


def test_an_iterator_begins_at_a_time(kinesis):
    stream = make(kinesis, "timed", ShardCount=1)
    put(kinesis, stream, "early")
    [early] = kinesis.get_records(
        ShardIterator=kinesis.get_shard_iterator(
            StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
    )["Records"]
    later = early["ApproximateArrivalTimestamp"] + dt.timedelta(milliseconds=1)
    put(kinesis, stream, "late")

    assert every(read(kinesis, stream, "AT_TIMESTAMP", Timestamp=later)) == ["late"]


def test_a_split_shard_is_read_to_its_end_and_its_children_take_over(kinesis):
    stream = make(kinesis, "split", ShardCount=1)
    put(kinesis, stream, *KEYS)
    parent = "shardId-000000000000"

    kinesis.split_shard(StreamName=stream, ShardToSplit=parent, NewStartingHashKey=str(2**127))
    put(kinesis, stream, *KEYS)

    found = read(kinesis, stream)
    assert found.pop(parent) == KEYS
    assert every(found) == KEYS
    assert all(found.values())
    children = kinesis.list_shards(StreamName=stream)["Shards"][1:]
    assert [child["ParentShardId"] for child in children] == [parent, parent]
    iterator = kinesis.get_shard_iterator(
        StreamName=stream, ShardId=parent, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    assert "NextShardIterator" not in kinesis.get_records(ShardIterator=iterator)


@pytest.mark.parametrize(
    ("operation", "given", "code", "told"),
    [
        (
            "put_record",
            {"PartitionKey": "k", "Data": b"x" * (1024 * 1024)},
            "ValidationException",
            "less than or equal to 1048576",
        ),
        ("update_max_record_size", {"MaxRecordSizeInKiB": 20_000}, "ValidationException", "10240"),
        ("subscribe_to_shard", {}, "ValidationException", "SubscribeToShard is not supported"),
    ],
)
def test_what_kinesis_or_the_local_cloud_refuses(kinesis, operation, given, code, told):
    arn = kinesis.describe_stream_summary(StreamName=make(kinesis, operation, ShardCount=1))[
        "StreamDescriptionSummary"
    ]["StreamARN"]
    settings = {"StreamARN": arn, **given}
    if operation == "subscribe_to_shard":
        consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]
        settings = {
            "ConsumerARN": consumer["ConsumerARN"],
            "ShardId": "shardId-000000000000",
            "StartingPosition": {"Type": "LATEST"},
        }

    with pytest.raises(ClientError, match=told) as refused:
        getattr(kinesis, operation)(**settings)

    assert refused.value.response["Error"]["Code"] == code


def test_a_stream_takes_larger_records_once_it_may(kinesis):
    arn = kinesis.describe_stream_summary(StreamName=make(kinesis, "large", ShardCount=1))[
        "StreamDescriptionSummary"
    ]["StreamARN"]

    kinesis.update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=2048)

    kinesis.put_record(StreamARN=arn, PartitionKey="k", Data=b"x" * 1_500_000)
    found = kinesis.describe_stream_summary(StreamARN=arn)["StreamDescriptionSummary"]
    assert found["MaxRecordSizeInKiB"] == 2048
