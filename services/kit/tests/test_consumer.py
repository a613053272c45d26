"""A consumer in a container: what it deletes, keeps, and sends to the dead letters."""

import asyncio
import json
import threading

import boto3
import pytest

NAME = "stock-changed"


def envelope(number, **changes):
    return json.dumps({
        "specversion": "1.0",
        "id": str(number),
        "source": "inventory",
        "type": NAME,
        "subject": "lamp",
        "time": "2026-01-01T00:00:00.000Z",
        "data": {"number": number},
        "correlationid": f"call-{number}",
        **changes,
    })  # fmt: skip


@pytest.fixture
def consumer(kit, aws, monkeypatch):
    found = kit("consumer")
    monkeypatch.setattr("kit.polling.WAIT_SECONDS", 0)
    return found


@pytest.fixture
def sqs(consumer):
    return boto3.client("sqs")


@pytest.fixture
def queues(sqs, monkeypatch):
    """The queue of the event, and its dead letters."""
    urls = []
    for name, variable in ((NAME, "QUEUE_URL"), (f"{NAME}-dead", "DEAD_LETTERS_URL")):
        urls.append(sqs.create_queue(QueueName=name)["QueueUrl"])
        monkeypatch.setenv(f"STOCK_CHANGED_{variable}", urls[-1])
    return urls


def count(sqs, url, name="ApproximateNumberOfMessages"):
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return int(found["Attributes"][name])


async def handle_until(consumer, handlers, condition, **options):
    """Run the consumer until *condition*; return the number of released messages."""
    stop = asyncio.Event()
    running = asyncio.create_task(consumer.run(handlers, stop, **options))
    async with asyncio.timeout(10):
        while not condition() and not running.done():
            await asyncio.sleep(0.01)
        stop.set()
        return await running


async def test_each_event_is_handled_or_goes_to_the_dead_letters_with_the_reason(
    consumer, sqs, queues, monkeypatch
):
    events = consumer.importlib.import_module("kit.events")
    correlation = consumer.importlib.import_module("kit.correlation")
    monkeypatch.setenv("STOCK_CHANGED_FILTER", '{"data": {"number": [{"numeric": ["<", 90]}]}}')
    queue, dead = queues
    refused = {
        "{": "the message is not JSON",
        envelope(2, type="order-placed"): "the type is 'order-placed'",
        envelope(3, data=[]): "data must be a JSON object",
        envelope(4, subject="x" * 300_000): "bytes; 261120 are allowed",
        envelope(5): "never",
        envelope(6, baggage="hops=16"): "17 services, of which 16 are allowed",
    }
    for body in [*refused, envelope(1), envelope(99)]:
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    handled = []

    async def handle(event):
        if event.id == "5":
            raise events.InvalidEventError("never")
        handled.append((event.id, event.data, correlation.current.get()))

    def drained():
        return not count(sqs, queue) and not count(sqs, queue, NOT_VISIBLE)

    await handle_until(consumer, {NAME: handle}, drained)

    assert handled == [("1", {"number": 1}, "call-1")]
    letters = {}
    while len(letters) < len(refused):
        received = sqs.receive_message(
            QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        for letter in received["Messages"]:
            letters[letter["Body"]] = letter["MessageAttributes"]["reason"]["StringValue"]
    assert letters.keys() == refused.keys()
    assert [body for body in refused if refused[body] not in letters[body]] == []


NOT_VISIBLE = "ApproximateNumberOfMessagesNotVisible"


async def test_after_an_exception_the_event_is_received_again(consumer, sqs, queues, monkeypatch):
    monkeypatch.setattr("kit.polling.FIRST_RETRY_SECONDS", 0)
    sqs.send_message(QueueUrl=queues[0], MessageBody=envelope(1))
    tries = []

    def handle(event):  # blocking, in a thread
        tries.append(threading.current_thread())
        if len(tries) < 3:
            raise ZeroDivisionError

    await handle_until(consumer, handle, lambda: len(tries) == 3)

    assert threading.main_thread() not in tries
    assert (count(sqs, queues[0]), count(sqs, queues[1])) == (0, 0)


async def test_no_more_than_the_maximum_is_handled_at_a_time(consumer, sqs, queues, monkeypatch):
    monkeypatch.setenv("STOCK_CHANGED_MAX_CONCURRENCY", "2")
    for number in range(6):
        sqs.send_message(QueueUrl=queues[0], MessageBody=envelope(number))
    working, most, done = set(), [], []

    async def handle(event):
        working.add(event.id)
        most.append(len(working))
        await asyncio.sleep(0.05)
        working.remove(event.id)
        done.append(event.id)

    await handle_until(consumer, {NAME: handle}, lambda: len(done) == 6)

    assert max(most) == 2


async def test_what_is_not_finished_is_released_for_another_consumer(consumer, sqs, queues):
    sqs.send_message(QueueUrl=queues[0], MessageBody=envelope(1))
    started = []

    async def handle(event):
        started.append(event.id)
        await asyncio.sleep(60)

    released = await handle_until(consumer, {NAME: handle}, lambda: started, finish_seconds=0.1)

    assert released == 1
    assert count(sqs, queues[0]) == 1


async def test_a_message_stays_invisible_while_its_handler_works(
    consumer, sqs, queues, monkeypatch
):
    monkeypatch.setenv("STOCK_CHANGED_MAX_CONCURRENCY", "1")
    sqs.set_queue_attributes(QueueUrl=queues[0], Attributes={"VisibilityTimeout": "1"})
    sqs.send_message(QueueUrl=queues[0], MessageBody=envelope(1))
    visible = []

    async def handle(event):
        await asyncio.sleep(1.3)
        visible.append(count(sqs, queues[0]))

    await handle_until(consumer, handle, lambda: visible)

    assert visible == [0]


@pytest.mark.parametrize(
    ("variables", "handlers", "message"),
    [
        ({}, print, "no environment variable ends in _QUEUE_URL: write the process as 'process'"),
        ({"A_QUEUE_URL": "u"}, print, "no environment variable ends in _QUEUE_URL"),
        (
            {"A_QUEUE_URL": "u", "A_DEAD_LETTERS_URL": "d"},
            {},
            "a has no handler: pass one, or remove it from the service's consumes",
        ),
        (
            {"A_QUEUE_URL": "u", "A_DEAD_LETTERS_URL": "d"},
            {"a": print, "b": print},
            "b has no queue: the service consumes a",
        ),
    ],
)
async def test_queues_and_handlers_must_belong_together(
    consumer, monkeypatch, variables, handlers, message
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(RuntimeError, match=message):
        await consumer.run(handlers, asyncio.Event())


@pytest.mark.parametrize("target", ["", "json", "json:nothing", "json:JSONDecoder"])
def test_the_command_names_a_function(consumer, target):
    with pytest.raises(RuntimeError, match="is not a handler: write 'module:name'"):
        consumer.load(target)


def test_a_function_is_loaded(consumer):
    assert consumer.load("json:dumps") is json.dumps


async def test_a_message_of_a_plain_queue_is_handled_like_an_event(
    consumer, sqs, queues, monkeypatch
):
    plain = consumer.importlib.import_module("kit.queues")
    correlation = consumer.importlib.import_module("kit.correlation")
    monkeypatch.setenv("SERVICE_NAME", "orders")
    correlation.current.set("call-7")
    assert plain.send(NAME, {"number": 7}, message_id="label-7") == "label-7"
    handled = []

    def handle(event):
        handled.append((event.id, event.source, event.data, event.correlation_id))

    await handle_until(consumer, handle, lambda: handled)

    assert handled == [("label-7", "orders", {"number": 7}, "call-7")]


def test_a_function_drops_events_that_its_filter_excludes(kit, monkeypatch):
    monkeypatch.setenv("STOCK_CHANGED_QUEUE_URL", f"https://sqs.test/1/{NAME}")
    monkeypatch.setenv("STOCK_CHANGED_FILTER", '{"data": {"number": [{"numeric": ["<", 90]}]}}')
    batch = kit("batch")
    records = [
        {
            "messageId": str(number),
            "body": envelope(number),
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-west-1:1:{NAME}",
            "messageAttributes": {},
        }
        for number in (1, 99)
    ]
    handled = []

    answer = batch.handle({"Records": records}, None, lambda event: handled.append(event.id))

    assert answer == {"batchItemFailures": []}
    assert handled == ["1"]


def test_a_function_sends_an_event_that_went_round_too_often_to_the_dead_letters(
    consumer, sqs, queues, monkeypatch
):
    monkeypatch.setenv("MAX_HOPS", "3")
    batch = consumer.importlib.import_module("kit.batch")
    looped, fine = envelope(1, baggage="hops=3"), envelope(2, baggage="hops=2")
    about = {"eventSource": "aws:sqs", "eventSourceARN": f"arn:aws:sqs:eu-west-1:1:{NAME}"}
    records = [{"messageId": "m", "body": body, **about} for body in (looped, fine)]
    handled = []

    answer = batch.handle({"Records": records}, None, lambda event: handled.append(event.id))

    [letter] = sqs.receive_message(QueueUrl=queues[1], MessageAttributeNames=["All"])["Messages"]
    assert (answer, handled) == ({"batchItemFailures": []}, ["2"])
    assert letter["Body"] == looped
    assert "4 services, of which 3" in letter["MessageAttributes"]["reason"]["StringValue"]


async def test_an_event_that_names_no_trace_continues_that_of_its_message(consumer, sqs, queues):
    correlation = consumer.importlib.import_module("kit.correlation")
    header = f"Root=1-{'a' * 8}-{'a' * 24};Parent={'b' * 16};Sampled=1"
    traced = {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}
    sqs.send_message(QueueUrl=queues[0], MessageBody=envelope(1), MessageSystemAttributes=traced)
    seen = []

    async def handle(_):
        seen.append(correlation.ids())

    await handle_until(consumer, {NAME: handle}, lambda: seen)

    assert seen == [("a" * 32, "b" * 16)]
