from __future__ import annotations

import json

import pytest

from localcloud.runtime.functions.destinations import Delivery, send

pytestmark = pytest.mark.asyncio

ARN = "arn:aws:lambda:eu-west-1:000000000000:function:f"


class Aws:
    """Keeps what it is called with."""

    def __init__(self):
        self.calls = []

    async def __call__(self, service, operation, **parameters):
        self.calls.append((service, operation, parameters))
        return {"QueueUrl": "http://queue"}


async def test_an_event_bus_gets_an_event_that_names_function_and_result():
    aws = Aws()
    bus = "arn:aws:events:eu-central-1:000000000000:event-bus/shop"

    await send(aws, Delivery(bus, json.dumps({"a": 1}), source_arn=ARN, succeeded=True))

    entry = {
        "Source": "lambda",
        "DetailType": "Lambda Function Invocation Result - Success",
        "Resources": [ARN, bus],
        "Detail": '{"a": 1}',
        "EventBusName": "shop",
    }
    assert aws.calls == [("events", "PutEvents", {"region": "eu-central-1", "Entries": [entry]})]


async def test_a_queue_is_found_in_its_own_region_and_account():
    aws = Aws()

    await send(aws, Delivery("arn:aws:sqs:us-east-1:111111111111:dead", "x", {"ErrorCode": "200"}))

    assert [call[1] for call in aws.calls] == ["GetQueueUrl", "SendMessage"]
    assert aws.calls[0][2] == {
        "region": "us-east-1",
        "QueueName": "dead",
        "QueueOwnerAWSAccountId": "111111111111",
    }
    assert aws.calls[1][2]["MessageAttributes"] == {
        "ErrorCode": {"DataType": "Number", "StringValue": "200"}
    }


async def test_a_destination_of_another_kind_is_refused_by_name():
    with pytest.raises(ValueError, match="arn:aws:s3:::bucket"):
        await send(Aws(), Delivery("arn:aws:s3:::bucket", "x"))


async def test_deliveries_are_read_as_they_were_written():
    deliveries = [Delivery("a", "b", {"c": "d"}, "e", succeeded=True), Delivery("f", "g")]

    assert Delivery.many_from_json(Delivery.many_to_json(deliveries)) == deliveries
