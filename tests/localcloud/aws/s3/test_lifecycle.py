"""Lifecycle rules act on objects, their versions and uploads, and buckets tell of it."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest

from localcloud.aws.s3.lifecycle import due

DAY = 86_400
WHERE = {"LocationConstraint": "eu-west-1"}
RULE = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}}


@pytest.mark.parametrize(
    ("since", "days", "expected"),
    [("2026-11-30T00:00:00", 1, "2026-12-01"), ("2026-11-30T00:00:01", 1, "2026-12-02")],
)
def test_a_rule_acts_at_midnight(since, days, expected):
    assert due(dt.datetime.fromisoformat(since), days) == dt.datetime.fromisoformat(expected)


def make_bucket(cloud, name, rule, *, versioned):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=WHERE)
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": [RULE | rule]}
    )
    return s3


def expire(cloud, days):
    status, _ = cloud.request("PUT", "s3/expire", {"now": time.time() + days * DAY})
    assert status == 200


def keys(s3, bucket):
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ({"Prefix": "in/"}, ["other"]),
        ({"Tag": {"Key": "kind", "Value": "short"}}, ["in/a"]),
        ({"And": {"Prefix": "in/", "ObjectSizeGreaterThan": 100}}, ["in/a", "other"]),
    ],
)
def test_objects_expire_where_the_filter_matches(cloud, scope, left):
    bucket = f"expires-{len(str(scope))}"
    rule = {"Filter": scope, "Expiration": {"Days": 3}}
    s3 = make_bucket(cloud, bucket, rule, versioned=False)
    s3.put_object(Bucket=bucket, Key="in/a", Body=b"v")
    s3.put_object(Bucket=bucket, Key="other", Body=b"v", Tagging="kind=short")

    expire(cloud, 2)
    before = keys(s3, bucket)
    expire(cloud, 4)

    assert (before, keys(s3, bucket)) == (["in/a", "other"], left)


def test_versions_expire_and_the_bucket_tells_a_queue(cloud):
    rule = {
        "Expiration": {"Days": 1},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 5},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
    s3, sqs = make_bucket(cloud, "expiring-versions", rule, versioned=True), cloud.client("sqs")
    url = sqs.create_queue(QueueName="of-expiry")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    queue = {"QueueArn": arn["QueueArn"], "Events": ["s3:LifecycleExpiration:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="expiring-versions", NotificationConfiguration={"QueueConfigurations": [queue]}
    )
    s3.put_object(Bucket="expiring-versions", Key="a", Body=b"1")
    s3.create_multipart_upload(Bucket="expiring-versions", Key="b")

    expire(cloud, 2)
    marked = s3.list_object_versions(Bucket="expiring-versions")
    expire(cloud, 10)
    after = s3.list_object_versions(Bucket="expiring-versions")
    expire(cloud, 20)
    empty = s3.list_object_versions(Bucket="expiring-versions")

    assert (len(marked["Versions"]), len(marked["DeleteMarkers"])) == (1, 1)
    assert "Versions" not in after
    assert "Versions" not in empty
    assert "DeleteMarkers" not in empty
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="expiring-versions")
    told = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            told += json.loads(message["Body"]).get("Records", [])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert [one["eventName"] for one in told] == [
        "LifecycleExpiration:DeleteMarkerCreated",
        "LifecycleExpiration:Delete",
        "LifecycleExpiration:Delete",
    ]
    assert {one["userIdentity"]["principalId"] for one in told} == {"s3.amazonaws.com"}


@pytest.mark.parametrize(("hold", "left"), [("OFF", 0), ("ON", 1)])
def test_locked_versions_go_once_their_lock_has_ended_unless_they_are_held(cloud, hold, left):
    bucket = f"locked-{hold.lower()}"
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration=WHERE, ObjectLockEnabledForBucket=True
    )
    retention = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 10}}
    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": retention},
    )
    rule = {"Expiration": {"Days": 1}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [RULE | rule]}
    )
    s3.put_object(Bucket=bucket, Key="a", Body=b"v", ObjectLockLegalHoldStatus=hold)

    def versions(days):
        expire(cloud, days)
        return len(s3.list_object_versions(Bucket=bucket).get("Versions", []))

    assert (versions(2), versions(9), versions(12)) == (1, 1, left)
    assert keys(s3, bucket) == []
