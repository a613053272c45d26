"""Streams of tables lose no record, and their iterators survive the process."""

from __future__ import annotations

import datetime as dt

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess

KEY = {"AttributeName": "k", "KeyType": "HASH"}


def make_table(process, name: str, view: str = "NEW_AND_OLD_IMAGES") -> str:
    found = process.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[KEY],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
    )
    return found["TableDescription"]["LatestStreamArn"]


def iterator(process, arn: str, kind: str = "TRIM_HORIZON", **number: str) -> str:
    streams = process.client("dynamodbstreams")
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **number
    )["ShardIterator"]


def read(process, token: str, **limit: int) -> tuple[list[str], str | None]:
    answer = process.client("dynamodbstreams").get_records(ShardIterator=token, **limit)
    keys = [one["dynamodb"]["Keys"]["k"]["S"] for one in answer["Records"]]
    return keys, answer.get("NextShardIterator")


def put(process, table: str, *keys: str) -> None:
    for key in keys:
        process.client("dynamodb").put_item(TableName=table, Item={"k": {"S": key}})


def test_records_and_iterators_survive_a_kill(tmp_path):
    process = ControlProcess(tmp_path)
    process.start()
    try:
        arn = make_table(process, "changes")
        put(process, "changes", "a", "b")
        latest = iterator(process, arn, "LATEST")
        _, after_a = read(process, iterator(process, arn), Limit=1)
        assert after_a is not None

        process.restart_after_kill()

        put(process, "changes", "c")
        assert read(process, iterator(process, arn))[0] == ["a", "b", "c"]
        assert read(process, after_a)[0] == ["b", "c"]
        assert read(process, latest)[0] == ["c"]
    finally:
        process.stop()


def test_a_record_has_the_item_as_it_was_written(cloud):
    arn = make_table(cloud, "written")
    item = {
        "k": {"S": "é\u2028</RequestId><RequestId>x</RequestId>"},
        "binary": {"B": b"\x00\xff"},
        "binaries": {"BS": [b"\x01", b"\x02"]},
        "number": {"N": "1.5"},
        "list": {"L": [{"S": "x"}, {"M": {"inner": {"B": b"z"}}}]},
        "map": {"M": {"nothing": {"NULL": True}}},
        "false": {"BOOL": False},
        "set": {"SS": ["a"]},
    }
    began = dt.datetime.now(dt.UTC) - dt.timedelta(milliseconds=1)

    cloud.client("dynamodb").put_item(TableName="written", Item=item)

    streams = cloud.client("dynamodbstreams")
    answer = streams.get_records(ShardIterator=iterator(cloud, arn))
    [record] = answer["Records"]
    assert record["dynamodb"]["NewImage"] == item
    assert record["eventName"] == "INSERT"
    made = record["dynamodb"]["ApproximateCreationDateTime"]
    assert began <= made <= dt.datetime.now(dt.UTC)
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["content-type"] == "application/x-amz-json-1.0"


def test_a_failed_transaction_leaves_no_record(cloud):
    arn = make_table(cloud, "undone")
    first = {"Put": {"TableName": "undone", "Item": {"k": {"S": "a"}}}}
    second = {
        "Put": {
            "TableName": "undone",
            "Item": {"k": {"S": "b"}},
            "ConditionExpression": "attribute_exists(k)",
        }
    }

    with pytest.raises(ClientError, match="TransactionCanceledException"):
        cloud.client("dynamodb").transact_write_items(TransactItems=[first, second])

    put(cloud, "undone", "c")
    assert read(cloud, iterator(cloud, arn))[0] == ["c"]


def test_a_disabled_stream_ends_and_writes_go_on(cloud):
    arn = make_table(cloud, "ends")
    put(cloud, "ends", "a")
    off = {"StreamEnabled": False}
    cloud.client("dynamodb").update_table(TableName="ends", StreamSpecification=off)

    put(cloud, "ends", "b")

    assert read(cloud, iterator(cloud, arn)) == (["a"], None)
    described = cloud.client("dynamodbstreams").describe_stream(StreamArn=arn)
    assert described["StreamDescription"]["StreamStatus"] == "DISABLED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"StreamArn": "arn:aws:dynamodb:eu-west-1:000000000000:table/x/stream/1"}, "ResourceNotF"),
        ({"ShardId": "shardId-00000000000000000000-00000000"}, "ResourceNotFoundException"),
        ({"ShardIteratorType": "AT_SEQUENCE_NUMBER"}, "ValidationException"),
        (
            {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "1" + "0" * 21},
            "TrimmedDataAccessException",
        ),
    ],
)
def test_positions_that_do_not_exist_are_refused(cloud, change, code):
    try:
        arn = make_table(cloud, "positions")
    except ClientError:
        arn = cloud.client("dynamodb").describe_table(TableName="positions")["Table"][
            "LatestStreamArn"
        ]
    streams = cloud.client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    asked = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "LATEST"}

    with pytest.raises(ClientError, match=code):
        streams.get_shard_iterator(**asked | change)


def test_an_iterator_that_is_not_one_is_refused(cloud):
    with pytest.raises(ClientError, match="ValidationException"):
        cloud.client("dynamodbstreams").get_records(ShardIterator="not an iterator")
