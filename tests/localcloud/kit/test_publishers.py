"""An envelope through each channel: what is published is what a function gets to handle."""

import base64
import json

import boto3
import pytest
from kit import batch, events, publishers

from localcloud.account import ACCOUNT, REGION
from tests.localcloud.aws.control_process import ControlProcess

STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/lent"
WAIT_SECONDS = 5


def envelope(number, **changes):
    about = {"specversion": "1.0", "id": f"e-{number}", "source": "loans", "type": "book-lent"}
    return {**about, "subject": f"books/{number}", "data": {"number": number}, **changes}


@pytest.fixture
def aws(monkeypatch, tmp_path):
    process = ControlProcess(tmp_path)
    process.start()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{process.port}")
    yield
    process.stop()


@pytest.fixture
def channels(aws, monkeypatch):
    """Define a topic, a bus and a stream, with a queue for each of the first two."""
    sns, sqs, bus = boto3.client("sns"), boto3.client("sqs"), boto3.client("events")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("topic", "bus")}
    arns = {name: f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}" for name in urls}
    topic = sns.create_topic(Name="lent")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arns["topic"])
    bus.create_event_bus(Name="lent")
    pattern = json.dumps({"detail-type": ["book-lent"]})
    bus.put_rule(Name="lent", EventBusName="lent", EventPattern=pattern)
    target = {"Id": "bus", "Arn": arns["bus"]}
    bus.put_targets(Rule="lent", EventBusName="lent", Targets=[target])
    boto3.client("kinesis").create_stream(StreamName="lent", ShardCount=1)
    for suffix, value in {"TOPIC_ARN": topic, "BUS_NAME": "lent", "STREAM_NAME": "lent"}.items():
        monkeypatch.setenv(f"BOOK_LENT_{suffix}", value)
    return urls


def records(kinesis, name="lent"):
    [shard] = kinesis.list_shards(StreamName=name)["Shards"]
    about = {"ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = kinesis.get_shard_iterator(StreamName=name, **about)["ShardIterator"]
    return kinesis.get_records(ShardIterator=iterator)["Records"]


def received(url):
    """Yield the events in a queue until none has come for some seconds."""
    sqs = boto3.client("sqs")
    limits = {"MaxNumberOfMessages": 10, "WaitTimeSeconds": WAIT_SECONDS}
    while messages := sqs.receive_message(QueueUrl=url, **limits).get("Messages"):
        yield from (events.read(one["Body"]) for one in messages)


def test_every_channel_gets_every_event(channels):
    sent = [
        publishers.Message(index, channel, "book-lent", envelope(index // 3))
        for index, channel in enumerate(["topic", "bus", "stream"] * 12)
    ]

    accepted = publishers.Publisher.from_environment().publish(sent)

    assert accepted == {one.key for one in sent}
    for url in channels.values():
        numbers = [event.data["number"] for event in received(url)]
        assert sorted(numbers) == list(range(12))
    streamed = records(boto3.client("kinesis"))
    assert [events.read(one["Data"]).data["number"] for one in streamed] == list(range(12))
    assert {one["PartitionKey"] for one in streamed} == {f"books/{number}" for number in range(12)}


def test_what_a_channel_refuses_is_not_accepted(channels, monkeypatch):
    monkeypatch.setenv("BOOK_LENT_TOPIC_ARN", f"arn:aws:sns:{REGION}:{ACCOUNT}:nowhere")
    sent = [publishers.Message(index, "topic", "book-lent", envelope(index)) for index in range(2)]
    sent += [publishers.Message(2, "bus", "book-lent", envelope(2))]
    sent += [publishers.Message(3, "topic", "book-lost", envelope(3))]

    assert publishers.Publisher.from_environment().publish(sent) == {2}
    publishers._shared.cache_clear()
    with pytest.raises(publishers.NotPublishedError, match="was not accepted by its topic"):
        publishers.publish(envelope(4))


def test_a_function_handles_a_stream_in_order_and_writes_poison_to_its_dead_letters(
    aws, monkeypatch, capsys
):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="dead", CreateBucketConfiguration={"LocationConstraint": REGION})
    monkeypatch.setenv("BOOK_LENT_DEAD_LETTERS_URL", "s3://dead/aws/lambda")
    bodies = [json.dumps(envelope(0)), "{", json.dumps(envelope(1)), json.dumps(envelope(2))]
    delivered = {
        "Records": [
            {
                "eventSource": "aws:kinesis",
                "eventSourceARN": STREAM,
                "eventID": f"shardId-000000000000:{index}",
                "kinesis": {
                    "data": base64.b64encode(body.encode()).decode(),
                    "sequenceNumber": str(index),
                },
            }
            for index, body in enumerate(bodies)
        ]
    }
    handled = []

    def handle(event):
        if event.id == "e-1":
            raise RuntimeError("not now")
        handled.append(event.id)

    answer = batch.handle(delivered, None, handle)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert handled == ["e-0"]
    [entry] = s3.list_objects_v2(Bucket="dead")["Contents"]
    assert entry["Key"].startswith("aws/lambda/function/shardId-000000000000/")
    letter = json.loads(s3.get_object(Bucket="dead", Key=entry["Key"])["Body"].read())
    assert letter["requestContext"]["condition"].startswith("the message is not JSON")
    assert json.loads(letter["payload"])["Records"] == delivered["Records"][1:2]
    [counted] = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert json.loads(counted)["DeadLetters"] == 1
    assert json.loads(counted)["stream"] == STREAM.rpartition("/")[2]
