"""What is written can be read, is announced on the bus, and is counted once."""

import json
from pathlib import Path

import boto3
import pytest
from kit.testing.events import request

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/postcards/{id}"


@pytest.fixture
def handler(import_fresh, aws, monkeypatch):
    monkeypatch.setenv("SERVICE_NAME", "postcards")
    monkeypatch.setenv("POSTCARDS_KEPT_TABLE", "kept")
    monkeypatch.setenv("POSTCARD_SENT_BUS_NAME", "events")
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    boto3.client("dynamodb").create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return import_fresh("handler", SERVICE).handler


@pytest.fixture
def bus(aws):
    """Return what the rule of the consumer delivers."""
    events, sqs = boto3.client("events"), boto3.client("sqs")
    events.create_event_bus(Name="events")
    url = sqs.create_queue(QueueName="postcards-postcard-sent")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    pattern = json.dumps({"detail-type": ["postcard-sent"]})
    events.put_rule(Name="sent", EventBusName="events", EventPattern=pattern)
    target = {"Id": "queue", "Arn": queue["QueueArn"]}
    events.put_targets(Rule="sent", EventBusName="events", Targets=[target])
    return lambda: sqs.receive_message(QueueUrl=url)["Messages"]


def test_a_postcard_is_kept_announced_and_counted_once(handler, bus):
    body = {"text": "Greetings"}
    written = handler(
        request("PUT", "/postcards/a", route=ROUTE, body=body, roles=("reader",)), None
    )
    [message] = bus()
    record = {
        "messageId": message["MessageId"],
        "body": message["Body"],
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:postcards-postcard-sent",
    }
    for _ in range(2):
        handler({"Records": [record]}, None)

    read = handler(request("GET", "/postcards/a", route=ROUTE, roles=("reader",)), None)
    assert written["statusCode"] == read["statusCode"] == 200
    assert json.loads(read["body"]) == body
    item = boto3.resource("dynamodb").Table("kept").get_item(Key={"id": "a"})["Item"]
    assert item["announced"] == 1
