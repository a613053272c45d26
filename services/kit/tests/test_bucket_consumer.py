"""A consumer in a container with S3's event notifications: what it deletes, keeps and refuses."""

import asyncio
import json

import boto3
import pytest

TEST = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"})
NOT_VISIBLE = "ApproximateNumberOfMessagesNotVisible"
VISIBLE = "ApproximateNumberOfMessages"


def notified(*keys):
    about = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
    records = [{**about, "s3": {"bucket": {"name": "b"}, "object": {"key": key}}} for key in keys]
    return json.dumps({"Records": records})


@pytest.fixture
def consumer(kit, aws, monkeypatch):
    found = kit("consumer")
    monkeypatch.setattr("kit.polling.WAIT_SECONDS", 0)
    monkeypatch.setattr("kit.polling.FIRST_RETRY_SECONDS", 0)
    return found


@pytest.fixture
def sqs(consumer):
    return boto3.client("sqs")


@pytest.fixture
def queues(sqs, monkeypatch):
    """The queue of the source, and its dead letters."""
    urls = []
    for name, variable in (("lists", "QUEUE_URL"), ("lists-dead", "DEAD_LETTERS_URL")):
        urls.append(sqs.create_queue(QueueName=name)["QueueUrl"])
        monkeypatch.setenv(f"PRICE_LISTS_{variable}", urls[-1])
    monkeypatch.setenv("PRICE_LISTS_EVENT_SOURCE", "aws:s3")
    return urls


async def handle_until(consumer, handlers, condition):
    stop = asyncio.Event()
    running = asyncio.create_task(consumer.run(handlers, stop))
    async with asyncio.timeout(30):
        while not condition() and not running.done():
            await asyncio.sleep(0.01)
        stop.set()
        return await running


def count(sqs, url):
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(found[VISIBLE]) + int(found[NOT_VISIBLE])


async def test_a_handler_gets_each_change_and_what_it_refuses_is_a_dead_letter(
    consumer, sqs, queues
):
    changes = consumer.importlib.import_module("kit.changes")
    correlation = consumer.importlib.import_module("kit.correlation")
    queue, dead = queues
    sent = [TEST, notified("in/a+b.csv", "in/c%2Bd.csv"), notified("in/bad.csv"), "{}"]
    ids = [sqs.send_message(QueueUrl=queue, MessageBody=body)["MessageId"] for body in sent]
    handled = []

    async def load(change):
        if change.key == "in/bad.csv":
            raise changes.InvalidObjectError("never")
        handled.append((change.bucket, change.key, change.created, correlation.current.get()))

    await handle_until(consumer, {"price-lists": load}, lambda: not count(sqs, queue))

    assert sorted(handled) == [
        ("b", "in/a b.csv", True, ids[1]),
        ("b", "in/c+d.csv", True, ids[1]),
    ]
    received = sqs.receive_message(
        QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    assert {
        letter["Body"]: letter["MessageAttributes"]["reason"]["StringValue"]
        for letter in received["Messages"]
    } == {sent[2]: "never", sent[3]: "the message is not an event notification of S3"}


async def test_after_an_exception_only_that_object_is_handled_again(consumer, sqs, queues):
    for key in ("in/a", "in/b"):
        sqs.send_message(QueueUrl=queues[0], MessageBody=notified(key))
    tries = []

    def load(change):  # blocking, in a thread
        tries.append(change.key)
        if tries.count("in/a") < 3 and change.key == "in/a":
            raise ZeroDivisionError

    await handle_until(consumer, load, lambda: not count(sqs, queues[0]))

    assert sorted(tries) == ["in/a"] * 3 + ["in/b"]
    assert count(sqs, queues[1]) == 0


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"PRICE_LISTS_EVENT_SOURCE": "aws:sns"}, "PRICE_LISTS_EVENT_SOURCE: write aws:s3, or"),
        (
            {"SOLD_QUEUE_URL": "u", "SOLD_DEAD_LETTERS_URL": "d"},
            "pass a handler for each of price-lists, sold: some deliver events",
        ),
    ],
)
async def test_what_a_handler_gets_is_never_a_guess(consumer, queues, monkeypatch, variables, told):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(RuntimeError, match=told):
        await consumer.run(print, asyncio.Event())
