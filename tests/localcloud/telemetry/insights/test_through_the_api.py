"""Queries and delivery streams, called with the SDK through the control plane."""

from __future__ import annotations

import gzip
import time
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.telemetry_process import TelemetryProcess


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    control = ControlProcess(tmp_path_factory.mktemp("cloud"))
    control.start()
    with TelemetryProcess(control.layout):
        yield control
    control.stop()


@pytest.fixture
def group(cloud):
    name = f"/{uuid4()}"
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    return name


def put(cloud, group, *lines):
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines]
    cloud.client("logs").put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def test_a_query_and_its_mistake(cloud, group):
    logs = cloud.client("logs")
    put(cloud, group, '{"level": "ERROR"}', '{"level": "INFO"}')
    given = {
        "logGroupName": group,
        "startTime": int(time.time()) - 60,
        "endTime": int(time.time()) + 60,
    }

    query = logs.start_query(queryString="stats count(*) as n by level | sort level", **given)
    while (answer := logs.get_query_results(queryId=query["queryId"]))["status"] in {
        "Scheduled",
        "Running",
    }:
        time.sleep(0.05)
    with pytest.raises(ClientError) as caught:
        logs.start_query(queryString="feilds a", **given)

    rows = [{one["field"]: one["value"] for one in row} for row in answer["results"]]
    assert rows == [{"level": "ERROR", "n": "1"}, {"level": "INFO", "n": "1"}]
    assert answer["statistics"]["recordsScanned"] == 2
    assert caught.value.response["Error"]["Code"] == "MalformedQueryException"
    location = caught.value.response["queryCompileError"]["location"]
    assert location == {"startCharOffset": 0, "endCharOffset": 6}


def test_records_reach_the_bucket_with_every_byte(cloud):
    s3, firehose = cloud.client("s3"), cloud.client("firehose")
    s3.create_bucket(
        Bucket="records", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    firehose.create_delivery_stream(
        DeliveryStreamName="d",
        ExtendedS3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/r",
            "BucketARN": "arn:aws:s3:::records",
            "Prefix": "logs/dt=!{timestamp:yyyy-MM-dd}/",
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 1},
            "CompressionFormat": "GZIP",
        },
    )
    data = bytes(range(256))

    firehose.put_record(DeliveryStreamName="d", Record={"Data": data})
    firehose.put_record_batch(DeliveryStreamName="d", Records=[{"Data": data}] * 2)
    while not (listed := s3.list_objects_v2(Bucket="records").get("Contents")):
        time.sleep(0.1)

    bodies = [s3.get_object(Bucket="records", Key=one["Key"])["Body"].read() for one in listed]
    assert b"".join(gzip.decompress(one) for one in bodies)[:256] == data
    assert listed[0]["Key"].startswith("logs/dt=2")
    with pytest.raises(ClientError, match="no delivery stream nope"):
        firehose.put_record(DeliveryStreamName="nope", Record={"Data": b"x"})
