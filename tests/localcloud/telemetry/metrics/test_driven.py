"""What a running control plane reports, compared with the table of metrics."""

from __future__ import annotations

import asyncio
import time

from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.metrics import run as metrics
from localcloud.telemetry.metrics.catalogue import find
from localcloud.telemetry.server import serving
from tests.localcloud.aws.control_process import ControlProcess

BY_SHOP = [{"Name": "shop", "Value": "a"}]
KEY = {"id": {"S": "1"}}


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
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    kinesis.put_record(StreamName="clicks", Data=b"12345678", PartitionKey="a")
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
                found = context.metrics.metrics()
                now = int(time.time())
                totals = {
                    (one.name, *(value for _, value in one.dimensions)): sum(
                        point.total
                        for point in context.metrics.series(
                            one.namespace, one.name, dict(one.dimensions), now - 600, now + 60, 60
                        )
                    )
                    for one in found
                }
                return answers, found, totals

    (datapoints, listed), found, totals = asyncio.run(work())

    assert [(one["Sum"], one["Unit"]) for one in datapoints] == [(4.0, "Count")]
    assert listed == [{"Namespace": "Shop", "MetricName": "Waiting", "Dimensions": BY_SHOP}]
    wanted = {
        ("NumberOfMessagesSent", "orders"): 2,
        ("NumberOfMessagesReceived", "orders"): 1,
        ("NumberOfMessagesDeleted", "orders"): 1,
        ("SentMessageSize", "orders"): 11,
        ("ConsumedWriteCapacityUnits", "carts"): 1,
        ("ConsumedReadCapacityUnits", "carts"): 0.5,
        ("IncomingRecords", "clicks"): 1,
    }
    assert {key: totals.get(key) for key in wanted} == wanted
    of_aws = [one for one in found if one.namespace.startswith("AWS/")]
    unknown = [one for one in of_aws if find(one.namespace, one.name, dict(one.dimensions)) is None]
    assert unknown == []
