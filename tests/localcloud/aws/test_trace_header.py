"""The trace header of a request goes along with the message that it sends."""

from __future__ import annotations

import uuid

import pytest

HEADER = f"Root=1-{'1' * 8}-{'2' * 24};Parent={'3' * 16};Sampled=1"
OTHER = f"Root=1-{'4' * 8}-{'5' * 24}"


@pytest.fixture
def traced(cloud):
    """Clients whose requests have the header."""

    def make(service, header=HEADER):
        client = cloud.client(service)
        client.meta.events.register(
            "before-send",
            lambda request, **_: request.headers.__setitem__("X-Amzn-Trace-Id", header),
        )
        return client

    return make


def made_queue(sqs):
    return sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex[:12]}")["QueueUrl"]


def received(sqs, url):
    [found] = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"]
    return found["Attributes"].get("AWSTraceHeader")


@pytest.mark.parametrize(
    ("header", "attribute", "expected"),
    [(HEADER, None, HEADER), (HEADER, OTHER, OTHER), ("nonsense", None, None)],
)
def test_the_header_of_a_send_becomes_an_attribute_unless_it_has_one(
    traced, header, attribute, expected
):
    sqs = traced("sqs", header)
    url = made_queue(sqs)
    system = {"AWSTraceHeader": {"DataType": "String", "StringValue": attribute}}

    sqs.send_message(
        QueueUrl=url, MessageBody="a", MessageSystemAttributes=system if attribute else {}
    )

    assert received(sqs, url) == expected


@pytest.mark.parametrize("raw", ["true", "false"])
def test_a_topic_passes_the_header_of_a_publish_on_to_its_queues(traced, cloud, raw):
    sqs, sns = cloud.client("sqs"), traced("sns")
    url = made_queue(sqs)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex[:12]}")["TopicArn"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn["QueueArn"],
        Attributes={"RawMessageDelivery": raw},
    )

    sns.publish(TopicArn=topic, Message="a")

    assert received(sqs, url) == HEADER


def test_a_topic_passes_the_header_of_a_publish_on_to_its_functions(traced, workers, make_function):
    sns, name = traced("sns"), f"f-{uuid.uuid4().hex[:12]}"
    function = make_function(name)["FunctionArn"]
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex[:12]}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)

    sns.publish(TopicArn=topic, Message="a")

    assert [kind for _, kind, _ in workers.calls] == ["Event"]
    assert workers.trace_headers == [HEADER]
