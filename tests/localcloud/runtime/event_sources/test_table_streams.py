"""Functions get the changes of a table: in order for each item, none lost, poison kept apart."""

from __future__ import annotations

import asyncio
import json
import uuid

import pytest
import pytest_asyncio
from aiohttp import web

from localcloud.layout import Layout
from localcloud.runtime.event_sources import pollers
from localcloud.runtime.event_sources.event_source_mapping import parse_mapping
from localcloud.runtime.event_sources.streams.checkpoints import Checkpoints
from localcloud.runtime.event_sources.streams.dynamodb import DynamoDbReader
from localcloud.runtime.event_sources.streams.poller import StreamPoller
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.runtime.event_sources.conftest import ECHO, Function, error
from tests.localcloud.runtime.fake_cloud import Cloud, eventually, workers

pytestmark = pytest.mark.asyncio


def content(record):
    """Return key and number of the item after the change."""
    image = record["dynamodb"]["NewImage"]
    return image["k"]["S"], int(image["n"]["N"])


class Reader(Function):
    """Stands in for the function; an answer of 200 without an error handles all records."""

    def __init__(self):
        super().__init__()
        self.handled: list[tuple[str, int]] = []

    async def invoked(self, request):
        response = await super().invoked(request)
        if response.status == 200 and "X-Amz-Function-Error" not in response.headers:
            self.handled += [content(record) for record in self.batches[-1]]
        return response


class Table:
    """A table with a stream, its mapping, and a bucket for what fails."""

    def __init__(self, cloud, name):
        self.cloud, self.name, self.uuid = cloud, name, ""
        cloud.function(name, ECHO)
        self.dynamodb = cloud.client("dynamodb")
        self.arn = self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]["LatestStreamArn"]
        where = {"LocationConstraint": "eu-west-1"}
        cloud.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)

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

    def put(self, *changes):
        for key, number in changes:
            item = {"k": {"S": key}, "n": {"N": str(number)}}
            self.dynamodb.put_item(TableName=self.name, Item=item)

    def letters(self):
        s3 = self.cloud.client("s3")
        found = s3.list_objects_v2(Bucket=self.name).get("Contents", [])
        bodies = [s3.get_object(Bucket=self.name, Key=one["Key"])["Body"] for one in found]
        return [json.loads(body.read()) for body in bodies]


@pytest_asyncio.fixture
async def function(cloud, tmp_path):
    fake = Reader()
    async with workers(Layout(tmp_path), cloud, event_sources=pollers.follow_mappings) as context:
        context.routes["functions"] = fake.invoked
        fake.context = context
        yield fake


@pytest.fixture
def table(cloud):
    made = Table(cloud, f"t-{uuid.uuid4().hex[:8]}")
    yield made
    if made.uuid:
        cloud.client("lambda").delete_event_source_mapping(UUID=made.uuid)


def numbered(keys, count):
    return [(f"k{number % keys}", number) for number in range(count)]


def in_order(handled):
    """Return whether the changes of each item came in order, repeated ones aside."""
    found = {}
    for key, number in handled:
        found.setdefault(key, {})[number] = None
    return all(list(numbers) == sorted(numbers) for numbers in found.values())


async def test_a_poller_stops_though_its_function_is_throttled(cloud, function, table, tmp_path):
    throttled = asyncio.Event()

    def throttle(_records):
        throttled.set()
        return web.Response(status=429)

    function.answer = throttle
    table.start(Enabled=False)
    table.put(("a", 1))
    described = cloud.client("lambda").get_event_source_mapping(UUID=table.uuid)
    mapping, checkpoints = parse_mapping(described), Checkpoints(tmp_path / "checkpoints.db")
    reader = DynamoDbReader(function.context.aws, mapping)
    poller = StreamPoller(function.context, mapping, reader, checkpoints)

    poller.start()
    await throttled.wait()
    async with asyncio.timeout(30):
        await poller.stop()

    assert checkpoints.of(table.uuid) == {}


async def test_a_change_reaches_the_function_as_lambda_sends_it(function, table):
    table.start(FilterCriteria={"Filters": [{"Pattern": json.dumps({"eventName": ["MODIFY"]})}]})
    table.put(("a", 1))
    table.dynamodb.put_item(
        TableName=table.name, Item={"k": {"S": "a"}, "n": {"N": "2"}, "b": {"BS": [b"\x00\xff"]}}
    )

    await eventually(lambda: function.batches)
    [[record]] = function.batches
    about = record.pop("dynamodb")
    assert about.pop("ApproximateCreationDateTime") > 1_700_000_000
    assert about.pop("SequenceNumber").isdecimal()
    assert about.pop("SizeBytes") > 0
    assert about == {
        "Keys": {"k": {"S": "a"}},
        "NewImage": {"k": {"S": "a"}, "n": {"N": "2"}, "b": {"BS": ["AP8="]}},
        "OldImage": {"k": {"S": "a"}, "n": {"N": "1"}},
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert record.pop("eventID")
    assert record == {
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "eventSourceARN": table.arn,
    }


async def test_a_poison_change_is_kept_whole_and_the_others_are_handled_in_order(function, table):
    poison = ("k1", 21)
    function.answer = lambda records: error() if poison in map(content, records) else None
    changes = numbered(5, 60)
    table.put(*changes)

    table.start(BatchSize=20, ParallelizationFactor=2)

    await eventually(lambda: len(function.handled) >= 59, seconds=30)
    [letter] = await eventually(table.letters)
    assert sorted(function.handled) == sorted(set(changes) - {poison})
    assert in_order(function.handled)
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["DDBStreamBatchInfo"]["streamArn"] == table.arn
    [kept] = json.loads(letter["payload"])["Records"]
    assert content(kept) == poison


async def test_a_mapping_that_begins_at_the_latest_record_leaves_out_earlier_ones(function, table):
    table.put(("a", 1))
    await asyncio.sleep(1.1)

    table.start(StartingPosition="LATEST")
    await asyncio.sleep(1)
    table.put(("a", 2), ("a", 3))

    await eventually(lambda: len(function.handled) == 2)
    assert function.handled == [("a", 2), ("a", 3)]


async def test_the_workers_and_the_control_plane_may_die_and_no_change_is_lost(tmp_path):
    control = ControlProcess(tmp_path)
    control.start()
    cloud = Cloud()
    cloud.url = f"http://127.0.0.1:{control.port}"
    changes = numbered(40, 1000)
    handled = []
    try:
        table = Table(cloud, "kills")
        table.start(BatchSize=25)
        for kill, first in (("workers", changes[:500]), ("control", changes[500:750])):
            table.put(*first)
            fake = Reader()
            async with workers(
                Layout(tmp_path), cloud, event_sources=pollers.follow_mappings
            ) as context:
                context.routes["functions"] = fake.invoked
                await eventually(lambda fake=fake: len(fake.handled) > 100, seconds=30)
                if kill == "control":
                    await asyncio.to_thread(control.restart_after_kill)
                    await asyncio.to_thread(table.put, *changes[750:])
                    seen = set(handled)
                    await eventually(
                        lambda fake=fake, seen=seen: set(changes) <= seen | set(fake.handled),
                        seconds=60,
                    )
            handled += fake.handled
    finally:
        control.stop()

    assert set(handled) == set(changes)
    assert in_order(handled)
    assert len(handled) < 1.3 * len(changes)
