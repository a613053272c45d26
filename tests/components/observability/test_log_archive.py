"""What the archive of logs delivers, keeps, and says when it does not."""

from __future__ import annotations

import json

import pytest

from components.args import InvalidArgError
from components.logs import LogSettings
from components.observability.log_archive import LogArchive, LogArchiveArgs
from components.observability.log_archive_bucket import LogArchiveBucketArgs
from tests.alarm_routing import ALARMS

BUCKET = "aws:s3/bucket:Bucket"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


def args(**given):
    return LogArchiveArgs(
        **{
            "account_id": "1",
            "key_arn": "arn:key",
            "alarms": ALARMS,
            "logs": LogSettings(retention_days=30, key_arn="arn:key"),
            **given,
        }
    )


@pytest.fixture
def archive(build):
    return lambda **given: build(lambda: LogArchive("log-archive", args(**given)))


def test_lines_are_extracted_and_written_compressed_by_day_and_hour(archive):
    [stream] = archive(buffer_seconds=60).all(STREAM)

    assert stream.inputs["serverSideEncryption"] == {
        "enabled": True,
        "keyType": "CUSTOMER_MANAGED_CMK",
        "keyArn": "arn:key",
    }
    assert stream.inputs["extendedS3Configuration"] == {
        "bucketArn": "arn:aws:test:::log-archive-bucket",
        "roleArn": "arn:aws:test:::log-archive-delivery",
        "kmsKeyArn": "arn:key",
        "prefix": "logs/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
        "errorOutputPrefix": "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
        "bufferingInterval": 60,
        "bufferingSize": 5,
        "compressionFormat": "GZIP",
        "cloudwatchLoggingOptions": {
            "enabled": True,
            "logGroupName": "log-archive-failures",
            "logStreamName": "delivery",
        },
        "processingConfiguration": {
            "enabled": True,
            "processors": [
                {"type": "Decompression"},
                {
                    "type": "CloudWatchLogProcessing",
                    "parameters": [
                        {"parameterName": "DataMessageExtraction", "parameterValue": "true"}
                    ],
                },
            ],
        },
    }


def test_objects_are_locked_until_they_expire(archive):
    made = archive(retention_days=90)

    assert made.one(BUCKET, "log-archive-bucket").inputs["objectLockEnabled"] is True
    assert made.one(LOCK, "log-archive-lock").inputs["rule"] == {
        "defaultRetention": {"mode": "GOVERNANCE", "days": 90}
    }
    [rule] = made.one(LIFECYCLE, "log-archive-lifecycle").inputs["rules"]
    assert rule["expiration"] == {"days": 90}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 1}


@pytest.mark.parametrize("protected", [True, False])
def test_a_protected_bucket_stays_and_nobody_bypasses_its_lock(archive, protected):
    made = archive(deletion_protection=protected)

    bucket = made.one(BUCKET, "log-archive-bucket")
    assert made.request(bucket).protect is protected
    assert made.request(bucket).retainOnDelete is protected
    assert bucket.inputs["forceDestroy"] is not protected
    policy = json.loads(made.one(POLICY, "log-archive-policy").inputs["policy"])
    denied = [one["Action"] for one in policy["Statement"]]
    assert ("s3:BypassGovernanceRetention" in denied) is protected


def test_each_role_may_do_one_thing(archive):
    made = archive()

    def statements(name):
        return json.loads(made.one(ROLE_POLICY, name).inputs["policy"])["Statement"]

    assert statements("log-archive-writer-policy") == [
        {
            "Effect": "Allow",
            "Action": ["firehose:PutRecord", "firehose:PutRecordBatch"],
            "Resource": ["arn:aws:test:::log-archive-stream"],
        }
    ]
    bucket = "arn:aws:test:::log-archive-bucket"
    assert [one["Resource"] for one in statements("log-archive-delivery-policy")] == [
        [bucket, f"{bucket}/*"],
        ["arn:key"],
        ["arn:aws:test:::log-archive-failures-stream"],
    ]


def test_failures_have_a_log_group_and_alarms(archive):
    made = archive(buffer_seconds=300)

    group = made.one(GROUP, "log-archive-failures")
    assert group.inputs["namePrefix"] == "/aws/kinesisfirehose/"
    late = made.one(ALARM, "log-archive-late").inputs
    assert (late["metricName"], late["threshold"]) == ("DeliveryToS3.DataFreshness", 1200)
    assert made.one(ALARM, "log-archive-unreadable").inputs["threshold"] == 0
    assert {one.inputs["alarmActions"][0] for one in made.all(ALARM)} == {"arn:tickets"}


def test_what_firehose_and_s3_do_not_accept_is_refused():
    with pytest.raises(InvalidArgError, match="buffer_seconds"):
        args(buffer_seconds=901)
    with pytest.raises(InvalidArgError, match="retention_days"):
        LogArchiveBucketArgs(key_arn="k", retention_days=0)
