"""Functions get the records of a stream: in order for each key, none lost, poison kept apart."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import uuid
from types import SimpleNamespace

import pytest
import pytest_asyncio
from aiohttp import web

from localcloud.layout import Layout
from localcloud.runtime.event_sources import pollers
from localcloud.runtime.event_sources.streams import lane
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.runtime.event_sources.conftest import ECHO, Function, error
from tests.localcloud.runtime.fake_cloud import Cloud, eventually, workers

pytestmark = pytest.mark.asyncio


class Reader(Function):
    """Stands in for the function, and reads what the records hold."""

    def __init__(self):
        super().__init__()
        self.handled: list[tuple[str, object]] = []

    async def invoked(self, request):
        response = await super().invoked(request)
        if response.status == 200 and "X-Amz-Function-Error" not in response.headers:
            failed = {
                one["itemIdentifier"]
                for one in (json.loads(response.text or "null") or {}).get("batchItemFailures", [])
            }
            records = (await request.json())["Records"]
            numbers = [record["kinesis"]["sequenceNumber"] for record in records]
            end = next((i for i, n in enumerate(numbers) if n in failed), len(numbers))
            self.handled += [content(record) for record in records[:end]]
        return response


def content(record):
    kinesis = record["kinesis"]
    return kinesis["partitionKey"], json.loads(base64.b64decode(kinesis["data"]))


@pytest_asyncio.fixture
async def function(cloud, tmp_path):
    fake = Reader()
    layout = Layout(tmp_path)
    async with workers(layout, cloud, event_sources=pollers.follow_mappings) as context:
        context.routes["functions"] = fake.invoked
        fake.context, fake.layout = context, layout
        yield fake


class Mapped:
    """A stream, its mapping, and a bucket for what fails."""

    def __init__(self, cloud, name):
        self.cloud, self.name = cloud, name
        self.kinesis = cloud.client("kinesis")
        cloud.function(name, ECHO)
        self.kinesis.create_stream(StreamName=name, ShardCount=2)
        described = self.kinesis.describe_stream_summary(StreamName=name)
        self.arn = described["StreamDescriptionSummary"]["StreamARN"]
        cloud.client("s3").create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        self.uuid = ""

    def start(self, **settings):
        given = {
            "EventSourceArn": self.arn,
            "FunctionName": self.name,
            "StartingPosition": "TRIM_HORIZON",
            "BisectBatchOnFunctionError": True,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumRetryAttempts": 1,
            "DestinationConfig": {"OnFailure": {"Destination": f"arn:aws:s3:::{self.name}"}},
        }
        created = self.cloud.client("lambda").create_event_source_mapping(**{**given, **settings})
        self.uuid = created["UUID"]

    def put(self, *records):
        for start in range(0, len(records), 500):
            self.kinesis.put_records(
                StreamName=self.name,
                Records=[
                    {"PartitionKey": key, "Data": json.dumps(data).encode()}
                    for key, data in records[start : start + 500]
                ],
            )

    def letters(self):
        s3 = self.cloud.client("s3")
        found = s3.list_objects_v2(Bucket=self.name).get("Contents", [])
        return {
            one["Key"]: json.loads(s3.get_object(Bucket=self.name, Key=one["Key"])["Body"].read())
            for one in found
        }


@pytest.fixture
def mapped(cloud):
    made = Mapped(cloud, f"s-{uuid.uuid4().hex[:8]}")
    yield made
    if made.uuid:
        cloud.client("lambda").delete_event_source_mapping(UUID=made.uuid)


def numbered(keys, count):
    return [(f"k{number % keys}", number) for number in range(count)]


def by_key(handled):
    found = {}
    for key, data in handled:
        found.setdefault(key, []).append(data)
    return found


async def test_a_record_reaches_the_function_as_lambda_sends_it(function, mapped):
    mapped.start()
    mapped.put(("order-1", {"n": 1}))

    await eventually(lambda: function.batches)
    [record] = function.batches[0]
    kinesis = record.pop("kinesis")
    assert kinesis.pop("approximateArrivalTimestamp") > 1_700_000_000
    number = kinesis.pop("sequenceNumber")
    assert kinesis == {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": "order-1",
        "data": base64.b64encode(b'{"n": 1}').decode(),
    }
    assert record.pop("eventID").endswith(f":{number}")
    assert record == {
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "",
        "awsRegion": "eu-west-1",
        "eventSourceARN": mapped.arn,
    }


async def test_a_poison_record_is_kept_whole_and_the_others_are_handled_in_order(
    cloud, function, mapped
):
    poison = ("k3", 33)
    function.answer = lambda records: error() if poison in map(content, records) else None
    records = numbered(10, 200)
    mapped.put(*records)

    mapped.start(BatchSize=50)

    await eventually(lambda: len(function.handled) >= 199, seconds=30)
    await eventually(mapped.letters)
    [(key, letter)] = mapped.letters().items()
    assert sorted(function.handled) == sorted(set(records) - {poison})
    assert all(found == sorted(found) for found in by_key(function.handled).values())
    assert key.startswith(f"aws/lambda/{mapped.uuid}/shardId-0000000000")
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 2
    assert letter["KinesisBatchInfo"]["batchSize"] == 1
    [kept] = json.loads(letter["payload"])["Records"]
    assert content(kept) == poison


async def test_a_record_above_the_maximum_age_is_a_dead_letter_without_an_invocation(
    function, mapped, monkeypatch
):
    ahead = [61.0]
    monkeypatch.setattr(lane, "time", SimpleNamespace(time=lambda: time.time() + ahead[0]))
    mapped.put(("k", 1))
    mapped.start(MaximumRecordAgeInSeconds=60)
    await eventually(mapped.letters)

    ahead[0] = 0.0
    mapped.put(("k", 2))

    await eventually(lambda: function.handled)
    assert function.handled == [("k", 2)]
    [letter] = mapped.letters().values()
    assert letter["requestContext"]["condition"] == "RecordAgeExceeded"
    assert letter["requestContext"]["approximateInvokeCount"] == 0
    assert [content(one) for one in json.loads(letter["payload"])["Records"]] == [("k", 1)]


async def test_records_before_a_reported_failure_are_not_delivered_again(function, mapped):
    failures = iter([True, False])

    def answer(records):
        numbers = [r["kinesis"]["sequenceNumber"] for r in records if content(r) == ("a", 3)]
        if numbers and next(failures):
            return {"batchItemFailures": [{"itemIdentifier": numbers[0]}]}
        return None

    function.answer = answer
    mapped.put(*(("a", number) for number in range(6)))

    mapped.start()

    await eventually(lambda: len(function.handled) == 6)
    assert [data for _, data in function.handled] == list(range(6))
    assert mapped.letters() == {}


async def test_only_matching_records_invoke_the_function(function, mapped):
    pattern = json.dumps({"data": {"kind": ["wanted"]}})
    mapped.put(("a", {"kind": "other"}), ("a", {"kind": "wanted"}))

    mapped.start(FilterCriteria={"Filters": [{"Pattern": pattern}]})

    await eventually(lambda: function.handled)
    assert function.handled == [("a", {"kind": "wanted"})]


@pytest.mark.parametrize("position", ["LATEST", "AT_TIMESTAMP"])
async def test_a_new_mapping_begins_where_it_is_told(function, mapped, position):
    mapped.put(("a", "before"))
    await asyncio.sleep(2)  # the request has whole seconds
    at = {"StartingPositionTimestamp": time.time() - 0.5} if position == "AT_TIMESTAMP" else {}

    mapped.start(StartingPosition=position, **at)
    await asyncio.sleep(1)
    mapped.put(("a", "after"))

    await eventually(lambda: function.handled)
    assert function.handled == [("a", "after")]


async def test_parallel_batches_of_a_shard_keep_the_order_of_each_key(function, mapped):
    async def slowly(_records):
        await asyncio.sleep(0.05)
        return web.json_response(None)

    function.answer = slowly
    mapped.put(*numbered(20, 200))

    mapped.start(ParallelizationFactor=4, BatchSize=10)

    await eventually(lambda: len(function.handled) >= 200, seconds=30)
    assert function.most_running > 2
    assert all(found == sorted(found) for found in by_key(function.handled).values())


async def test_the_workers_and_the_control_plane_may_die_and_no_record_is_lost(tmp_path):
    control = ControlProcess(tmp_path)
    control.start()
    cloud = Cloud()
    cloud.url = f"http://127.0.0.1:{control.port}"
    records = numbered(40, 1000)
    handled = []
    try:
        mapped = Mapped(cloud, "kills")
        mapped.start(BatchSize=25)
        for kill, first in (("workers", records[:500]), ("control", records[500:750])):
            mapped.put(*first)
            fake = Reader()
            async with workers(
                Layout(tmp_path), cloud, event_sources=pollers.follow_mappings
            ) as context:
                context.routes["functions"] = fake.invoked
                await eventually(lambda fake=fake: len(fake.handled) > 100, seconds=30)
                if kill == "control":
                    await asyncio.to_thread(control.restart_after_kill)
                    mapped.put(*records[750:])
                    seen = set(handled)
                    await eventually(
                        lambda fake=fake, seen=seen: set(records) <= seen | set(fake.handled),
                        seconds=60,
                    )
            handled += fake.handled
    finally:
        control.stop()

    assert set(handled) == set(records)
    for found in by_key(handled).values():
        first_seen = list(dict.fromkeys(found))
        assert first_seen == sorted(first_seen)
    assert len(handled) < 1.3 * len(records)
