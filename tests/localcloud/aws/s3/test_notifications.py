"""Event notifications of buckets arrive in queues, in topics and at functions."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError


def test_an_object_is_told_to_a_queue_a_topic_and_a_function(cloud, workers, make_function):
    s3, sqs, sns = (cloud.client(name) for name in ("s3", "sqs", "sns"))
    arns = {}
    for name in ("of-bucket", "of-topic"):
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arns[name] = (url, attributes["Attributes"]["QueueArn"])
    topic = sns.create_topic(Name="of-bucket")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arns["of-topic"][1])
    function = make_function("of-bucket")["FunctionArn"]
    s3.create_bucket(
        Bucket="notifying", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    events = ["s3:ObjectCreated:*"]
    keys = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}
    s3.put_bucket_notification_configuration(
        Bucket="notifying",
        NotificationConfiguration={
            "QueueConfigurations": [
                {"QueueArn": arns["of-bucket"][1], "Events": events, "Filter": keys}
            ],
            "TopicConfigurations": [{"TopicArn": topic, "Events": events, "Filter": keys}],
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": function, "Events": events, "Filter": keys}
            ],
        },
    )

    s3.put_object(Bucket="notifying", Key="out/a", Body=b"v")
    s3.put_object(Bucket="notifying", Key="in/a b", Body=b"v")

    direct, through_topic = (keys_in(sqs, url) for url, _ in arns.values())
    deadline = time.monotonic() + 5
    while not workers.calls and time.monotonic() < deadline:
        time.sleep(0.02)
    invoked = [keys_of(body) for _, _, body in workers.calls]
    assert (direct, through_topic, invoked) == (["in/a+b"], ["in/a+b"], [["in/a+b"]])


def test_each_deletion_is_told_with_its_version(cloud):
    s3, sqs = cloud.client("s3"), cloud.client("sqs")
    url = sqs.create_queue(QueueName="of-deletions")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    where = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="versions", CreateBucketConfiguration=where)
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    queue = {"QueueArn": arn["QueueArn"], "Events": events}
    s3.put_bucket_notification_configuration(
        Bucket="versions", NotificationConfiguration={"QueueConfigurations": [queue]}
    )

    first = s3.put_object(Bucket="versions", Key="a", Body=b"1")["VersionId"]
    marker = s3.delete_object(Bucket="versions", Key="a")["VersionId"]
    s3.delete_object(Bucket="versions", Key="a", VersionId=first)
    s3.delete_object(Bucket="versions", Key="a", VersionId=marker)

    told = [(one["eventName"], one["s3"]["object"]["versionId"]) for one in records_in(sqs, url)]
    assert told == [
        ("ObjectCreated:Put", first),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
        ("ObjectRemoved:Delete", first),
        ("ObjectRemoved:Delete", marker),
    ]


def test_a_destination_that_does_not_exist_is_refused(cloud):
    s3 = cloud.client("s3")
    where = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="nowhere", CreateBucketConfiguration=where)
    queue = {"QueueArn": "arn:aws:sqs:eu-west-1:000000000000:no", "Events": ["s3:ObjectCreated:*"]}

    with pytest.raises(ClientError, match="Unable to validate the following destination"):
        s3.put_bucket_notification_configuration(
            Bucket="nowhere", NotificationConfiguration={"QueueConfigurations": [queue]}
        )

    found = s3.get_bucket_notification_configuration(Bucket="nowhere")
    assert "QueueConfigurations" not in found


def keys_in(sqs, url):
    return [record["s3"]["object"]["key"] for record in records_in(sqs, url)]


def records_in(sqs, url):
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            body = json.loads(message["Body"])
            found += (json.loads(body["Message"]) if "Message" in body else body).get("Records", [])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def keys_of(body):
    return [record["s3"]["object"]["key"] for record in body.get("Records", [])]
