from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web

from localcloud import stopped
from localcloud.stopped import Stopped
from tests.localcloud.runtime.event_sources.conftest import error, in_flight, left, send
from tests.localcloud.runtime.fake_cloud import eventually

pytestmark = pytest.mark.asyncio


async def test_a_message_reaches_the_function_as_a_record_and_is_deleted(cloud, function, mapped):
    url, _ = mapped()
    attribute = {"kind": {"DataType": "String", "StringValue": "order"}}

    send(cloud, url, "hällo", MessageAttributes=attribute)

    await eventually(lambda: function.batches)
    (record,) = function.batches[0]
    assert record["body"] == "hällo"
    assert record["eventSource"] == "aws:sqs"
    assert record["awsRegion"] == "eu-west-1"
    assert record["eventSourceARN"].endswith(url.rpartition("/")[2])
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"]["stringValue"] == "order"
    assert record["messageAttributes"]["kind"]["dataType"] == "String"
    assert {"messageId", "receiptHandle", "md5OfBody", "md5OfMessageAttributes"} <= set(record)
    await eventually(lambda: left(cloud, url) == 0)


async def test_messages_that_wait_come_in_batches_no_larger_than_asked(cloud, function, mapped):
    url, uuid = mapped(enabled=False, BatchSize=4)
    send(cloud, url, *map(str, range(10)))

    cloud.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)

    await eventually(lambda: left(cloud, url) == 0)
    assert sorted(function.bodies) == sorted(map(str, range(10)))
    assert max(map(len, function.batches)) == 4


async def test_a_window_gathers_messages_into_one_batch(cloud, function, mapped):
    url, _ = mapped(
        queue={"VisibilityTimeout": "30"}, BatchSize=20, MaximumBatchingWindowInSeconds=1
    )
    await asyncio.sleep(0.2)

    send(cloud, url, *map(str, range(12)))

    await eventually(lambda: len(function.bodies) == 12)
    assert len(function.batches) == 1


async def test_a_full_batch_does_not_wait_for_its_window(cloud, function, mapped):
    url, _ = mapped(BatchSize=2, MaximumBatchingWindowInSeconds=30)

    send(cloud, url, "a", "b")

    await eventually(lambda: len(function.bodies) == 2, seconds=3)


class BreaksOnce:
    """Answers as *aws* does, except to the first ReceiveMessage after one that had messages."""

    def __init__(self, aws, error):
        self.aws, self.errors = aws, [error]
        self.due = False

    def __getattr__(self, name):
        return getattr(self.aws, name)

    async def __call__(self, service, operation, **parameters):
        if operation == "ReceiveMessage" and self.due and self.errors:
            raise self.errors.pop()
        answer = await self.aws(service, operation, **parameters)
        self.due = self.due or bool(answer.get("Messages"))
        return answer


@pytest.mark.parametrize("error", [OSError("reset"), ValueError("not to be foreseen")])
async def test_what_was_gathered_is_handled_when_a_receive_fails_and_reading_goes_on(
    cloud, function, mapped, monkeypatch, error
):
    monkeypatch.setattr(function.context, "aws", BreaksOnce(function.context.aws, error))
    url, _ = mapped(
        queue={"VisibilityTimeout": "60"}, BatchSize=2, MaximumBatchingWindowInSeconds=60
    )

    send(cloud, url, "a")
    await eventually(lambda: function.bodies == ["a"])
    send(cloud, url, "b", "c")

    await eventually(lambda: sorted(function.bodies) == ["a", "b", "c"])
    await eventually(lambda: left(cloud, url) == 0)


async def test_a_message_that_keeps_failing_moves_to_the_dead_letter_queue(
    cloud, function, mapped, name
):
    dead = cloud.client("sqs").create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = f"arn:aws:sqs:eu-west-1:{dead.split('/')[-2]}:{name}-dead"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    function.answer = lambda records: error() if records[0]["body"] == "poison" else None
    url, _ = mapped(queue={"RedrivePolicy": redrive}, BatchSize=1)

    send(cloud, url, "good", "poison", "fine")

    await eventually(lambda: left(cloud, dead) == 1)
    await eventually(lambda: left(cloud, url) == 0)
    assert sorted(function.bodies) == ["fine", "good", "poison", "poison"]


async def test_only_the_messages_reported_as_failed_come_back(cloud, function, mapped):
    def partly(records):
        failed = [r["messageId"] for r in records if r["body"] == "bad"]
        if len(function.batches) > 1:
            failed = []
        return {"batchItemFailures": [{"itemIdentifier": item} for item in failed]}

    function.answer = partly
    url, uuid = mapped(enabled=False, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(cloud, url, "a", "bad", "b")

    cloud.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)

    await eventually(lambda: left(cloud, url) == 0)
    assert [sorted(r["body"] for r in batch) for batch in function.batches] == [
        ["a", "b", "bad"],
        ["bad"],
    ]


async def test_without_partial_failures_a_report_changes_nothing(cloud, function, mapped):
    function.answer = lambda records: {
        "batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]
    }
    url, _ = mapped()

    send(cloud, url, "a")

    await eventually(lambda: function.batches)
    await eventually(lambda: left(cloud, url) == 0)
    assert len(function.batches) == 1


async def test_no_more_batches_are_handled_at_once_than_the_mapping_allows(cloud, function, mapped):
    function.answer = lambda _: asyncio.sleep(0.1)
    url, _ = mapped(BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})

    send(cloud, url, *map(str, range(6)))

    await eventually(lambda: left(cloud, url) == 0)
    assert function.most_running == 2


async def test_messages_that_no_filter_matches_are_dropped(cloud, function, mapped):
    pattern = json.dumps({"body": {"type": ["order-placed"], "cents": [{"numeric": [">", 100]}]}})
    url, _ = mapped(FilterCriteria={"Filters": [{"Pattern": pattern}]})

    send(
        cloud,
        url,
        json.dumps({"type": "order-placed", "cents": 50}),
        json.dumps({"type": "order-placed", "cents": 500}),
        "no json",
    )

    await eventually(lambda: left(cloud, url) == 0)
    assert [json.loads(body)["cents"] for body in function.bodies] == [500]


async def test_a_disabled_mapping_reads_nothing_until_it_is_enabled(cloud, function, mapped):
    url, uuid = mapped(enabled=False)
    send(cloud, url, "a")
    await asyncio.sleep(0.3)
    before = list(function.batches)

    cloud.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)

    assert before == []
    await eventually(lambda: function.bodies == ["a"])


async def test_a_throttled_batch_is_offered_again_without_losing_a_receive(cloud, function, mapped):
    def at_first_throttled(_records):
        if len(function.batches) < 3:
            return web.json_response({"Reason": "x"}, status=429)
        return None

    function.answer = at_first_throttled
    url, _ = mapped(queue={"VisibilityTimeout": "20"})

    send(cloud, url, "a")

    await eventually(lambda: left(cloud, url) == 0)
    counts = [batch[0]["attributes"]["ApproximateReceiveCount"] for batch in function.batches]
    assert counts == ["1", "1", "1"]


async def test_a_group_of_a_fifo_queue_stays_in_order_while_one_of_it_fails(
    cloud, function, mapped
):
    def first_fails_once(records):
        return error() if len(function.batches) == 1 and records[0]["body"] == "1" else None

    function.answer = first_fails_once
    url, _ = mapped(fifo=True, BatchSize=1)

    for body in ("1", "2", "3"):
        send(cloud, url, body, MessageGroupId="g")

    await eventually(lambda: left(cloud, url) == 0)
    assert function.bodies == ["1", "1", "2", "3"]


async def test_a_message_wakes_an_idle_mapping(cloud, function, mapped):
    url, _ = mapped()
    await asyncio.sleep(0.3)  # its poll is under way, and would take much longer than we wait

    await asyncio.to_thread(send, cloud, url, "a")

    await eventually(lambda: function.bodies == ["a"])


async def test_messages_wait_unreceived_while_the_service_of_the_function_is_stopped(
    cloud, function, mapped, name
):
    url, _ = mapped()
    arn = cloud.client("lambda").get_function_configuration(FunctionName=name)["FunctionArn"]
    cloud.client("lambda").tag_resource(Resource=arn, Tags={"service": "orders"})
    layout = function.context.layout
    send(cloud, url, "before")
    await eventually(lambda: function.bodies == ["before"])

    stopped.write(layout, Stopped(frozenset({"orders"})))
    await asyncio.sleep(1)  # until the poller has stopped
    send(cloud, url, "meanwhile")
    await asyncio.sleep(1)
    kept = (list(function.bodies), left(cloud, url), in_flight(cloud, url))
    stopped.write(layout, Stopped())
    await eventually(lambda: function.bodies == ["before", "meanwhile"])

    assert kept == (["before"], 1, 0)
    (record,) = function.batches[-1]
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
