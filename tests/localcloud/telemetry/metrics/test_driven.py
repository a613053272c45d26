"""What a running control plane reports, compared with the table of metrics."""

from __future__ import annotations

import asyncio
import json
import time
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.metrics import run as metrics
from localcloud.telemetry.server import serving
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.measured import assert_of_the_table

BY_SHOP = [{"Name": "shop", "Value": "a"}]
KEY = {"id": {"S": "1"}}
FILTERED = "NumberOfNotificationsFilteredOut"
WANTED = {
    ("NumberOfMessagesSent", "orders"): 6,
    ("NumberOfMessagesReceived", "orders"): 1,
    ("NumberOfMessagesDeleted", "orders"): 1,
    ("ConsumedWriteCapacityUnits", "carts"): 1,
    ("ConsumedReadCapacityUnits", "carts"): 0.5,
    ("ConditionalCheckFailedRequests", "carts"): 1,
    ("UserErrors",): 1,
    ("IncomingRecords", "clicks"): 1,
    ("NumberOfMessagesPublished", "placed"): 1,
    ("PublishSize", "placed"): 5,
    ("NumberOfNotificationsDelivered", "placed"): 1,
    ("NumberOfNotificationsFailed", "placed"): 1,
    ("NumberOfNotificationsRedrivenToDlq", "placed"): 1,
    (FILTERED, "placed"): 1,
    (f"{FILTERED}-MessageAttributes", "placed"): 1,
    (f"{FILTERED}-NoMessageAttributes", "placed"): 1,
    ("PutEventsEntriesCount",): 2,
    ("PutEventsFailedEntriesCount",): 1,
    ("MatchedEvents", "placed"): 1,
    ("TriggeredRules", "placed"): 1,
    ("InvocationAttempts", "placed"): 2,
    ("SuccessfulInvocationAttempts", "placed"): 1,
    ("Invocations", "placed"): 2,
    ("Invocations",): 2,
    ("FailedInvocations", "placed"): 1,
    ("InvocationsSentToDlq", "placed"): 1,
}


def queue_arn(name):
    return f"arn:aws:sqs:eu-west-1:000000000000:{name}"


def publish(sns):
    """Publish to a queue that is there, one that is not, and one behind a filter that rejects."""
    topic = sns.create_topic(Name="placed")["TopicArn"]
    redrive = json.dumps({"deadLetterTargetArn": queue_arn("orders")})
    for queue, attributes in (
        ("orders", {}),
        ("gone", {"RedrivePolicy": redrive}),
        ("large", {"FilterPolicy": '{"kind": ["large"]}'}),
    ):
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=queue_arn(queue),
            Attributes=attributes,
        )
    sns.publish(TopicArn=topic, Message="hello")


def put_events(events):
    """Put an event whose rule has a queue that is there, and one that is not."""
    events.put_rule(Name="placed", EventPattern='{"source": ["shop"]}')
    gone = {"Arn": queue_arn("gone"), "DeadLetterConfig": {"Arn": queue_arn("orders")}}
    targets = [{"Id": "there", "Arn": queue_arn("orders")}, {"Id": "gone", **gone}]
    events.put_targets(Rule="placed", Targets=targets)
    entry = {"Source": "shop", "DetailType": "placed", "Detail": "{}"}
    events.put_events(Entries=[entry, {**entry, "Detail": "broken"}])


def drive(cloud):
    """Call some services; return what CloudWatch answers about a metric of one's own."""
    sqs, dynamodb, kinesis = (cloud.client(name) for name in ("sqs", "dynamodb", "kinesis"))
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    for body in ("first", "second"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    dynamodb.create_table(
        TableName="carts",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName="carts", Item=KEY)
    dynamodb.get_item(TableName="carts", Key=KEY)
    for wrong in (
        {"Item": KEY, "ConditionExpression": "attribute_not_exists(id)"},
        {"Item": {"other": {"S": "1"}}},
    ):
        with pytest.raises(ClientError):
            dynamodb.put_item(TableName="carts", **wrong)
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    kinesis.put_record(StreamName="clicks", Data=b"12345678", PartitionKey="a")
    publish(cloud.client("sns"))
    put_events(cloud.client("events"))
    cloudwatch, now = cloud.client("cloudwatch"), time.time()
    cloudwatch.put_metric_data(
        Namespace="Shop",
        MetricData=[{"MetricName": "Waiting", "Dimensions": BY_SHOP, "Value": 4, "Unit": "Count"}],
    )
    answer = cloudwatch.get_metric_statistics(
        Namespace="Shop",
        MetricName="Waiting",
        Dimensions=BY_SHOP,
        StartTime=now - 120,
        EndTime=now + 60,
        Period=60,
        Statistics=["Sum"],
    )
    listed = cloudwatch.list_metrics(Namespace="Shop")["Metrics"]
    return answer["Datapoints"], listed


def test_what_happens_is_in_the_store_under_the_names_of_aws(tmp_path):
    cloud = ControlProcess(tmp_path / "home")

    async def work():
        async with telemetry_context(cloud.layout) as context:
            metrics.install(context)
            async with serving(context):
                await asyncio.to_thread(cloud.start)
                try:
                    answers = await asyncio.to_thread(drive, cloud)
                finally:
                    await asyncio.to_thread(cloud.stop)  # it sends what it has counted
                now = int(time.time())
                reported = [
                    (one, point)
                    for one in context.metrics.metrics()
                    for point in context.metrics.series(
                        one.namespace, one.name, dict(one.dimensions), now - 600, now + 60, 3600
                    )
                ]
                return answers, reported

    (datapoints, listed), reported = asyncio.run(work())

    assert [(one["Sum"], one["Unit"]) for one in datapoints] == [(4.0, "Count")]
    assert listed == [{"Namespace": "Shop", "MetricName": "Waiting", "Dimensions": BY_SHOP}]
    totals = {
        (one.name, *(value for _, value in one.dimensions)): point.total for one, point in reported
    }
    assert {key: totals.get(key) for key in WANTED} == WANTED
    for one, point in reported:
        if one.namespace.startswith("AWS/"):
            assert_of_the_table(SimpleNamespace(**vars(one), unit=point.unit), point.minimum)
