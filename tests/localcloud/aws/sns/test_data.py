from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError


def test_a_subscription_that_fails_does_not_hinder_the_others(cloud, make_function):
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    topic = sns.create_topic(Name="placed")["TopicArn"]
    queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("gone", "there")}
    for name in queues:
        sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:eu-west-1:000000000000:{name}"
        )
    sqs.delete_queue(QueueUrl=queues["gone"])

    sns.publish(TopicArn=topic, Message="hello")

    [message] = sqs.receive_message(QueueUrl=queues["there"])["Messages"]
    assert json.loads(message["Body"])["Message"] == "hello"


def test_a_function_receives_a_topics_message_as_an_event(cloud, workers, make_function):
    sns = cloud.client("sns")
    arn = make_function("listener")["FunctionArn"]
    topic = sns.create_topic(Name="heard")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)

    sns.publish(TopicArn=topic, Message="hello")

    # A rotation in another test, which fails, may still be retried on the same workers.
    calls = [call for call in workers.calls if "listener" in call[0]]
    [(path, kind, event)] = calls
    assert (path, kind) == ("/functions/listener/invocations", "Event")
    assert event["Records"][0]["Sns"]["Message"] == "hello"
    assert event["Records"][0]["Sns"]["TopicArn"] == topic


def test_what_a_subscription_cannot_deliver_goes_to_its_dead_letters(cloud):
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    letters = sqs.create_queue(QueueName="undelivered")["QueueUrl"]
    topic, base = sns.create_topic(Name="lost")["TopicArn"], "arn:aws:sqs:eu-west-1:000000000000"
    redrive = json.dumps({"deadLetterTargetArn": f"{base}:undelivered"})
    for raw in ("false", "true"):
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=f"{base}:never-made-{raw}",
            Attributes={"RedrivePolicy": redrive, "RawMessageDelivery": raw},
        )

    sns.publish(TopicArn=topic, Message="hello")

    found = sqs.receive_message(QueueUrl=letters, MaxNumberOfMessages=10)["Messages"]
    bodies = sorted(message["Body"] for message in found)
    assert bodies[0] == "hello"
    assert json.loads(bodies[1])["Message"] == "hello"


def raw_bodies(cloud, sqs, url, topic):
    """Return what a message's body is in the queue *url*: its text, or the notification's type."""
    cloud.client("sns").publish(TopicArn=topic, Message="hello")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    body = message["Body"]
    return body if body == "hello" else json.loads(body)["Type"]


@pytest.mark.parametrize(
    ("value", "delivered", "shown"),
    [
        ("true", "hello", "true"),
        ("True", "hello", "true"),
        ("false", "Notification", "false"),
        ("False", "Notification", "false"),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["Subscribe", "SetSubscriptionAttributes"])
def test_raw_delivery_is_what_its_value_says(cloud, later, value, delivered, shown):
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    name = f"raw-{value}-{later}"
    url, topic = sqs.create_queue(QueueName=name)["QueueUrl"], sns.create_topic(Name=name)
    topic = topic["TopicArn"]
    arn = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:eu-west-1:000000000000:{name}",
        Attributes={} if later else {"RawMessageDelivery": value},
    )["SubscriptionArn"]
    if later:
        for one in ("true", value):
            sns.set_subscription_attributes(
                SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue=one
            )

    told = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]

    assert raw_bodies(cloud, sqs, url, topic) == delivered
    assert told["RawMessageDelivery"] == shown


def test_raw_delivery_is_true_or_false(cloud):
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="no-raw")["TopicArn"]
    base = "arn:aws:sqs:eu-west-1:000000000000"
    made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"{base}:first")
    name, arn, told = "RawMessageDelivery", made["SubscriptionArn"], r"\[maybe\].*true or false"

    with pytest.raises(ClientError, match=told):
        sns.set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=name, AttributeValue="maybe"
        )
    with pytest.raises(ClientError, match=told):
        sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=f"{base}:second", Attributes={name: "maybe"}
        )

    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [one["SubscriptionArn"] for one in found] == [arn]
