"""What is written can be read, is announced on the stream, and is counted once."""

import base64
import json
from pathlib import Path

import boto3
import pytest
from kit.testing.events import request

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/pulses/{id}"


@pytest.fixture
def handler(import_fresh, aws, monkeypatch):
    monkeypatch.setenv("SERVICE_NAME", "pulses")
    monkeypatch.setenv("PULSES_KEPT_TABLE", "kept")
    monkeypatch.setenv("PULSE_MEASURED_STREAM_NAME", "pulses")
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    boto3.client("dynamodb").create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    boto3.client("kinesis").create_stream(StreamName="pulses", ShardCount=1)
    return import_fresh("handler", SERVICE).handler


def records():
    """Return the records of the stream as Lambda passes them."""
    kinesis = boto3.client("kinesis")
    iterator = kinesis.get_shard_iterator(
        StreamName="pulses", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return [
        {
            "kinesis": {
                "data": base64.b64encode(one["Data"]).decode(),
                "partitionKey": one["PartitionKey"],
                "sequenceNumber": one["SequenceNumber"],
            },
            "eventSource": "aws:kinesis",
            "eventID": f"shardId-000000000000:{one['SequenceNumber']}",
            "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/pulses",
        }
        for one in kinesis.get_records(ShardIterator=iterator)["Records"]
    ]


def test_a_pulse_is_kept_announced_under_its_subject_and_counted_once(handler):
    body = {"text": "72"}
    written = handler(request("PUT", "/pulses/a", route=ROUTE, body=body, roles=("reader",)), None)
    [record] = records()
    for _ in range(2):
        assert handler({"Records": [record]}, None) == {"batchItemFailures": []}

    read = handler(request("GET", "/pulses/a", route=ROUTE, roles=("reader",)), None)
    assert written["statusCode"] == read["statusCode"] == 200
    assert json.loads(read["body"]) == body
    assert record["kinesis"]["partitionKey"] == "pulses/a"
    item = boto3.resource("dynamodb").Table("kept").get_item(Key={"id": "a"})["Item"]
    assert item["announced"] == 1
