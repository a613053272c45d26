"""Records become objects: when, where, and how often."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import time
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from localcloud.measurements import MEASUREMENTS
from localcloud.telemetry.database import Database
from localcloud.telemetry.firehose import prefixes
from localcloud.telemetry.firehose.buffer import Buffer
from localcloud.telemetry.firehose.delivery import Delivery
from localcloud.telemetry.firehose.operations import FirehoseOperations
from localcloud.telemetry.operations import Call, OperationError

CALL = Call("1", "eu-west-1")
MOMENT = datetime(2026, 11, 30, 7, 5, 9, tzinfo=UTC)
LOG_PROCESSORS = [
    {"Type": "Decompression", "Parameters": []},
    {
        "Type": "CloudWatchLogProcessing",
        "Parameters": [{"ParameterName": "DataMessageExtraction", "ParameterValue": "true"}],
    },
]


class Cloud:
    """One delivery stream, and a bucket that can fail."""

    def __init__(self, processors=(), **s3):
        self.objects = {}
        self.failing = False
        self.events = []
        self.description = {
            "DeliveryStreamName": "d",
            "VersionId": "1",
            "Destinations": [
                {
                    "ExtendedS3DestinationDescription": {
                        "BucketARN": "arn:aws:s3:::bucket",
                        "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
                        "ProcessingConfiguration": {"Enabled": True, "Processors": processors},
                        **s3,
                    }
                }
            ],
        }

    async def __call__(self, service, operation, /, **given):
        if operation == "DescribeDeliveryStream":
            if given["DeliveryStreamName"] != "d":
                raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, operation)
            return {"DeliveryStreamDescription": self.description}
        if operation == "Invoke":
            records = json.loads(given["Payload"])["records"]
            results = ["Ok", "Dropped", "ProcessingFailed"]
            made = [
                {"recordId": r["recordId"], "result": results[i % 3], "data": r["data"]}
                for i, r in enumerate(records)
            ]
            return {"Payload": json.dumps({"records": made}).encode()}
        if operation == "PutLogEvents":
            [event] = given["logEvents"]
            text = json.loads(event["message"])
            self.events.append((given["logGroupName"], given["logStreamName"], text))
            return {}
        assert (service, operation, given["Bucket"]) == ("s3", "PutObject", "bucket")
        if self.failing:
            raise ClientError({"Error": {"Code": "InternalError"}}, operation)
        assert base64.b64decode(given["ContentMD5"]) == hashlib.md5(given["Body"]).digest()
        self.objects[given["Key"]] = given["Body"]
        return {}


class Firehose:
    """Operations and delivery over a file, with a clock that is set."""

    def __init__(self, path, cloud):
        self.now = 0.0
        self.cloud = cloud
        self.database = Database(path)
        self.buffer = Buffer(self.database)
        self.delivery = Delivery(cloud, self.buffer, lambda: self.now)
        self.operations = FirehoseOperations(self.buffer, self.delivery)
        self._handlers = self.operations.handlers()

    async def put(self, *records, stream="d"):
        data = [{"Data": base64.b64encode(one).decode()} for one in records]
        given = {"DeliveryStreamName": stream, "Records": data}
        return await self._handlers["PutRecordBatch"](given, CALL)

    async def put_logs(self, *records):
        for one in records:
            await self.operations.put_log_record("eu-west-1", "d", one)

    async def later(self):
        """Deliver when everything is old enough; return the bodies by key."""
        self.now = 1e12
        await self.delivery.deliver()
        return self.cloud.objects


@pytest.fixture
def firehose(tmp_path):
    made = []

    def make(cloud=None):
        made.append(Firehose(tmp_path / "t.db", cloud or Cloud()))
        return made[-1]

    yield make
    for one in made:
        one.database.close()


def log_record(*messages, kind="DATA_MESSAGE"):
    """Return what CloudWatch Logs sends."""
    events = [{"id": str(i), "timestamp": 0, "message": m} for i, m in enumerate(messages)]
    return gzip.compress(json.dumps({"messageType": kind, "logEvents": events}).encode())


async def test_records_wait_for_time_or_size(firehose):
    one = firehose()
    await one.put(b"small")
    await one.delivery.deliver()
    assert one.cloud.objects == {}
    await one.put(b"x" * 900_000, b"y" * 900_000)
    await one.delivery.deliver()
    [body] = one.cloud.objects.values()
    assert body == b"small" + b"x" * 900_000
    await one.later()
    assert b"".join(one.cloud.objects.values()) == b"small" + b"x" * 900_000 + b"y" * 900_000


async def test_every_log_line_is_in_the_objects_once(firehose):
    one = firehose(
        Cloud(
            LOG_PROCESSORS,
            CompressionFormat="GZIP",
            Prefix="logs/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
            ErrorOutputPrefix="errors/!{firehose:error-output-type}/",
        )
    )
    lines = [f"line {number}" for number in range(500)]
    for start in range(0, 500, 50):
        await one.put_logs(log_record(*lines[start : start + 50]))
    await one.put_logs(log_record("ignored", kind="CONTROL_MESSAGE"))
    found = await one.later()
    today = datetime.now(UTC)
    assert all(key.startswith(f"logs/dt={today:%Y-%m-}") and key.endswith(".gz") for key in found)
    text = b"".join(gzip.decompress(body) for body in found.values()).decode()
    assert text.splitlines() == lines


async def test_what_cannot_be_processed_goes_below_the_error_prefix_as_it_was_put(firehose):
    cloud = Cloud(LOG_PROCESSORS, Prefix="logs/", ErrorOutputPrefix="errors/")
    one = firehose(cloud)
    other = gzip.compress(b"not json")
    await one.put_logs(b"plain", other, log_record("fine"))
    found = await one.later()

    def raw(prefix):
        [body] = [body for key, body in found.items() if key.startswith(prefix)]
        return [base64.b64decode(json.loads(line)["rawData"]) for line in body.splitlines()]

    assert raw("errors/decompression-failed/") == [b"plain"]
    assert raw("errors/processing-failed/") == [other]
    assert [body for key, body in found.items() if key.startswith("logs/")] == [b"fine\n"]


async def test_a_stream_that_decompresses_takes_records_of_cloudwatch_logs_only(firehose):
    with pytest.raises(OperationError, match="only records of CloudWatch Logs") as caught:
        await firehose(Cloud(LOG_PROCESSORS)).put(log_record("line"))
    assert caught.value.code == "InvalidSourceException"


async def test_failures_are_log_events_and_metrics(firehose):
    MEASUREMENTS.take()
    options = {"Enabled": True, "LogGroupName": "/aws/kinesisfirehose/d", "LogStreamName": "s3"}
    one = firehose(Cloud(CloudWatchLoggingOptions=options))
    one.cloud.failing = True
    await one.put(b"a")
    await one.later()
    await one.later()  # the same failure, within a minute
    one.cloud.failing = False
    await one.later()

    [(group, stream, event)] = one.cloud.events
    assert (group, stream, event["errorCode"]) == (
        "/aws/kinesisfirehose/d",
        "s3",
        "S3.InternalError",
    )
    assert event["destination"] == "arn:aws:s3:::bucket"
    counted = {each.name: dict(each.values) for each in MEASUREMENTS.take()}
    assert counted["DeliveryToS3.Success"] == {0.0: 2, 1.0: 1}
    assert counted["IncomingRecords"] == counted["DeliveryToS3.Records"] == {1.0: 1}
    assert min(counted["DeliveryToS3.DataFreshness"]) > 0


async def test_an_interval_of_zero_seconds_does_not_buffer(firehose):
    hints = {"SizeInMBs": 1, "IntervalInSeconds": 0}
    one = firehose(Cloud(BufferingHints=hints, FileExtension=".txt"))
    one.now = time.time()
    await one.put(b"a")
    one.now = time.time()
    await one.delivery.deliver()
    assert [key[-4:] for key in one.cloud.objects] == [".txt"]


async def test_a_changed_stream_is_described_again(firehose):
    one = firehose()
    await one.put(b"a")
    s3 = one.cloud.description["Destinations"][0]["ExtendedS3DestinationDescription"]
    s3["Prefix"] = "changed/"
    one.delivery.streams_changed()
    assert [key.partition("/")[0] for key in await one.later()] == ["changed"]


async def test_a_function_keeps_drops_or_fails_records(firehose):
    function = {
        "Type": "Lambda",
        "Parameters": [{"ParameterName": "LambdaArn", "ParameterValue": "f"}],
    }
    delimiter = {"Type": "AppendDelimiterToRecord", "Parameters": []}
    one = firehose(Cloud([function, delimiter], Prefix="ok/", ErrorOutputPrefix="no/"))
    await one.put(b"a", b"b", b"c")
    found = await one.later()
    assert [body for key, body in found.items() if key.startswith("ok/")] == [b"a\n"]
    [failed] = [body for key, body in found.items() if key.startswith("no/")]
    assert base64.b64decode(json.loads(failed)["rawData"]) == b"c"


async def test_records_outlive_the_process_and_a_bucket_that_fails(firehose):
    one = firehose()
    one.cloud.failing = True
    await one.put(b"a", b"b")
    await one.later()
    again = firehose()  # the same file, without a shutdown before
    assert list((await again.later()).values()) == [b"ab"]
    assert again.buffer.waiting() == []


@pytest.mark.parametrize(
    ("records", "stream", "message"),
    [
        ([b"x"], "other", "no delivery stream other"),
        ([], "d", "between 1 and 500 records, not 0"),
        ([b"x"] * 501, "d", "between 1 and 500 records, not 501"),
        ([b"x" * 1_024_001], "d", "at most 1024000 bytes"),
        ([b"x" * 1_000_000] * 5, "d", "a batch has at most"),
    ],
)
async def test_refused(firehose, records, stream, message):
    with pytest.raises(OperationError, match=message):
        await firehose().put(*records, stream=stream)


async def test_other_destinations_are_refused(firehose):
    cloud = Cloud()
    cloud.description["Destinations"] = [{"SplunkDestinationDescription": {}}]
    with pytest.raises(OperationError, match="only S3 is served"):
        await firehose(cloud).put(b"x")


@pytest.mark.parametrize(
    ("prefix", "error_type", "expected"),
    [
        ("", None, "2026/11/30/07/"),
        ("a/", None, "a/2026/11/30/07/"),
        ("a/", "processing-failed", "a/processing-failed/2026/11/30/07/"),
        ("dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/", None, "dt=2026-11-30/hour=07/"),
        ("!{timestamp:'year='yyyy'/day='DDD}/", None, "year=2026/day=334/"),
        ("!{firehose:error-output-type}/!{timestamp:mm.ss}", "processing-failed",
         "processing-failed/05.09"),
    ],
)  # fmt: skip
def test_prefix(prefix, error_type, expected):
    assert prefixes.evaluate(prefix, MOMENT, error_type) == expected


@pytest.mark.parametrize(
    ("prefix", "errors"),
    [
        ("!{partitionKeyFromQuery:x}/", False),
        ("!{firehose:error-output-type}/", False),
        ("!{timestamp:EEE}/", False),
        ("!{timestamp:yyyy}/", True),
    ],
)
def test_a_prefix_that_cannot_be_evaluated_is_refused(prefix, errors):
    with pytest.raises(prefixes.PrefixError, match=r"is not served|must also have"):
        prefixes.check(prefix, errors=errors)
