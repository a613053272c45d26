"""Event notifications of buckets arrive in queues, in topics and at functions."""

from __future__ import annotations

import json
import time


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


def keys_in(sqs, url):
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            body = json.loads(message["Body"])
            found += keys_of(json.loads(body["Message"]) if "Message" in body else body)
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def keys_of(body):
    return [record["s3"]["object"]["key"] for record in body.get("Records", [])]
