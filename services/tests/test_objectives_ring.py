"""What the shop promises and counts: burn rates that page, functions that react, own metrics."""

import datetime as dt
import io
import json
import zipfile

import pytest
import requests
from ledger import without_outbox
from shop import eventually

from localcloud.ports import HOST, claim

pytestmark = pytest.mark.integration

FAILED_ORDERS = 21
"""One more than a window needs to say anything."""
EVALUATED_SECONDS = 200
"""Alarms are evaluated once a minute, a composite alarm with those that it reads."""
REPAIR = """
import boto3, json, os
def handler(event, context):
    data = event["alarmData"]
    told = json.dumps([data["alarmName"], data["state"]["value"]])
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=told)
"""


@pytest.fixture(scope="module")
def queue(shop):
    """Return the URL and the ARN of a queue."""
    sqs = shop.aws("sqs")
    url = sqs.create_queue(QueueName="rung")["QueueUrl"]
    about = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    yield url, about["Attributes"]["QueueArn"]
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture(scope="module")
def burning(shop, queue):
    """Return the page of the burn rate of `orders` after orders that failed; its topic is told."""
    cloudwatch, sns = shop.aws("cloudwatch"), shop.aws("sns")
    found = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    [alarm] = [one for one in found if "orders-routes-burn-fast" in one["AlarmName"]]
    [topic] = alarm["AlarmActions"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue[1])
    with without_outbox(shop):
        for _ in range(FAILED_ORDERS):
            assert shop.place().status_code == 500
    yield alarm
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])


@pytest.fixture
def repair(shop, queue):
    """Return the ARN of a function that alarms may invoke, and that tells the queue of them."""
    functions = shop.aws("lambda")
    [ours] = [
        one for one in functions.list_functions()["Functions"] if "inventory" in one["FunctionName"]
    ]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("repair.py", REPAIR)
    arn = functions.create_function(
        FunctionName="repair",
        Role=ours["Role"],
        Runtime=ours["Runtime"],
        Handler="repair.handler",
        Timeout=30,
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"QUEUE": queue[0]}},
        LoggingConfig=ours["LoggingConfig"],  # a group of its own would stay
    )["FunctionArn"]
    functions.add_permission(
        FunctionName="repair",
        StatementId="alarms",
        Action="lambda:InvokeFunction",
        Principal="lambda.alarms.cloudwatch.amazonaws.com",
    )
    yield arn
    functions.delete_function(FunctionName="repair")


def received(shop, queue, wanted):
    """Return the first message that *wanted* accepts; others are deleted."""
    sqs = shop.aws("sqs")

    def look():
        for one in sqs.receive_message(QueueUrl=queue[0], WaitTimeSeconds=5).get("Messages", ()):
            sqs.delete_message(QueueUrl=queue[0], ReceiptHandle=one["ReceiptHandle"])
            body = json.loads(one["Body"])
            if wanted(body):
                return body
        return None

    return eventually(look, seconds=EVALUATED_SECONDS)


def test_orders_that_fail_burn_the_budget_and_page(shop, queue, burning):
    page = received(shop, queue, lambda body: burning["AlarmName"] in body.get("Subject", ""))

    told = json.loads(page["Message"])
    assert told["NewStateValue"] == "ALARM"
    assert "#error-budget-fast" in told["AlarmDescription"]
    shown = requests.get(
        f"http://{HOST}:{claim(shop.layout, 'console')}/index.json", timeout=15
    ).json()
    [orders] = [one for one in shown["services"] if one["name"] == "orders"]
    assert orders["budget"]["errors"] >= FAILED_ORDERS
    assert orders["budget"]["budget_left_percent"] < 0
    [api] = shown["apis"]
    assert api["budget"]["requests"] > 0


def test_a_function_reacts_to_an_alarm(shop, queue, burning, repair):
    cloudwatch = shop.aws("cloudwatch")
    cloudwatch.put_composite_alarm(
        AlarmName="repaired", AlarmRule=f'ALARM("{burning["AlarmName"]}")', AlarmActions=[repair]
    )
    try:
        assert received(shop, queue, lambda body: body == ["repaired", "ALARM"])
    finally:
        cloudwatch.delete_alarms(AlarmNames=["repaired"])


def test_orders_are_counted_by_the_service_and_refused_ones_in_its_log(shop):
    cloudwatch = shop.aws("cloudwatch")

    def total(name, **dimensions):
        now = dt.datetime.now(dt.UTC)
        found = cloudwatch.get_metric_statistics(
            Namespace="Bulkhead/local",
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=now - dt.timedelta(hours=12),
            EndTime=now + dt.timedelta(minutes=1),
            Period=60,
            Statistics=["Sum"],
        )
        return sum(one["Sum"] for one in found["Datapoints"])

    def totals():
        return total("orders-placed", service="orders"), total("orders-orders-refused")

    placed, refused = totals()

    assert shop.place().status_code == 201
    assert shop.place("unicorn").status_code == 422

    eventually(lambda: totals()[0] > placed and totals()[1] > refused, seconds=60)
