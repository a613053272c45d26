"""Subscription filters call each kind of destination as CloudWatch Logs does, until it takes it."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import time

import pytest
from botocore.exceptions import ClientError

from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.logs import LogEvent, subscriptions
from localcloud.telemetry.logs.declared import Group
from localcloud.telemetry.logs.subscriptions import Subscriptions

REGION, GROUP = "eu-west-1", "/shop"
PLACE = f"arn:aws:{{}}:{REGION}:000000000000:{{}}"
FUNCTION = PLACE.format("lambda", "function:reads")
STREAM = PLACE.format("kinesis", "stream/data")
DELIVERY = PLACE.format("firehose", "deliverystream/archive")
LINES = ["INFO fine", "ERROR one", "ERROR two"]


class Destinations:
    """Keeps what each destination took; the first *failures* calls fail."""

    def __init__(self, failures=0):
        self.failures = failures
        self.calls = []
        self.taken = asyncio.Queue()

    def _take(self, call, data):
        self.calls.append(call)
        if len(self.calls) <= self.failures:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, call[0])
        self.taken.put_nowait(json.loads(gzip.decompress(data)))

    async def __call__(self, service, operation, /, *, region, **given):
        if operation == "Invoke":
            assert given["InvocationType"] == "Event"
            data = base64.b64decode(json.loads(given["Payload"])["awslogs"]["data"])
            return self._take((operation, region, given["FunctionName"]), data)
        assert (service, operation) == ("kinesis", "PutRecord")
        return self._take(
            (operation, region, given["StreamName"], given["PartitionKey"]), given["Data"]
        )

    async def put_log_record(self, region, name, data):
        self._take(("PutRecord of Firehose", region, name), data)


def declared(destination, pattern="ERROR"):
    one = {
        "filterName": "f",
        "filterPattern": pattern,
        "destinationArn": destination,
        "creationTime": 0,
    }
    return {(REGION, GROUP): Group(0, None, {"s": 0}, (one,))}


@pytest.fixture
def delivered(layout, monkeypatch):
    """Return the first document that *destination* took, and all calls."""
    monkeypatch.setattr(subscriptions, "WAIT_SECONDS", 0.001)

    def run(destination, failures=0, pattern="ERROR"):
        async def main():
            cloud = Destinations(failures)
            async with telemetry_context(layout) as context:
                context.aws, context.put_log_record = cloud, cloud.put_log_record
                running = Subscriptions(context)
                try:
                    running.configure(declared(destination, pattern))
                    now = int(time.time() * 1000)
                    events = [LogEvent(now, text, now) for text in LINES]
                    context.logs.append("1", REGION, GROUP, "s", events)
                    return await asyncio.wait_for(cloud.taken.get(), 20), cloud.calls
                finally:
                    await running.close()

        return asyncio.run(main())

    return run


@pytest.mark.parametrize(
    ("destination", "call"),
    [
        (FUNCTION, ("Invoke", REGION, FUNCTION)),
        (STREAM, ("PutRecord", REGION, "data", "s")),
        (DELIVERY, ("PutRecord of Firehose", REGION, "archive")),
    ],
)
def test_a_destination_receives_the_matching_events_of_a_stream(delivered, destination, call):
    document, calls = delivered(destination)

    assert calls == [call]
    assert [one["message"] for one in document["logEvents"]] == ["ERROR one", "ERROR two"]
    assert (document["logGroup"], document["logStream"]) == (GROUP, "s")
    assert document["subscriptionFilters"] == ["f"]


def test_a_destination_that_refuses_is_called_again_with_the_same_events(delivered):
    document, calls = delivered(FUNCTION, failures=2)

    assert len(calls) == 3
    assert [one["message"] for one in document["logEvents"]] == ["ERROR one", "ERROR two"]


def test_a_function_receives_the_named_fields_of_delimited_lines(delivered):
    document, _ = delivered(FUNCTION, pattern="[level = ERROR, number]")

    fields = [one["extractedFields"] for one in document["logEvents"]]
    assert fields == [{"level": "ERROR", "number": "one"}, {"level": "ERROR", "number": "two"}]
