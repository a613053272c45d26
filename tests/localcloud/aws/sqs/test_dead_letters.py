"""`bulkhead dead-letters` on the queues of consumers."""

import io
import json
import uuid

import pytest

from ops import clients, dead_letters, main

ENVELOPE = {"id": "1", "data": {"sku": "lamp", "api_key": "sk_live", "password": "x"}}
ONE = "orders-stock-changed"


class Functions:
    """Lambda: invoked with what, and what it answers."""

    def __init__(self):
        self.payloads, self.answers = [], []

    def invoke(self, **request):
        self.payloads.append(request["Payload"])
        answer = self.answers.pop(0) if self.answers else ({}, '{"batchItemFailures": []}')
        return {**answer[0], "Payload": io.BytesIO(answer[1].encode())}


@pytest.fixture
def functions():
    return Functions()


@pytest.fixture
def sqs(cloud, functions, monkeypatch):
    client = cloud.client("sqs")
    made = {"sqs": client, "s3": cloud.client("s3"), "lambda": functions}
    monkeypatch.setattr(clients.clients, "client", lambda _, service: made[service])
    monkeypatch.setattr(clients.supervisor, "is_running", lambda _: True)
    for url in client.list_queues(QueueNamePrefix="bulkhead-local-").get("QueueUrls", ()):
        client.delete_queue(QueueUrl=url)
    return client


@pytest.fixture
def queues(sqs):
    """The queues of two consumers, as URL of the queue and of its dead letters."""

    def create(name):
        url = sqs.create_queue(QueueName=f"bulkhead-local-{name}-dead-letters-abc123")["QueueUrl"]
        about = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        policy = {"deadLetterTargetArn": about["Attributes"]["QueueArn"], "maxReceiveCount": 1}
        attributes = {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(policy)}
        queue = f"bulkhead-local-{name}-queue-def456"
        return sqs.create_queue(QueueName=queue, Attributes=attributes)["QueueUrl"], url

    return {name: create(name) for name in (ONE, "notifications-order-placed")}


@pytest.fixture
def bulkhead(tmp_path, monkeypatch, capsys, sqs):
    """Run the command; return its exit code, its output and its complaints."""
    monkeypatch.setenv("BULKHEAD_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr("sys.argv", ["bulkhead", "dead-letters", *words])
        with pytest.raises(SystemExit) as caught:
            main.main()
        printed = capsys.readouterr()
        return caught.value.code, printed.out, printed.err

    return run


@pytest.fixture
def letters(sqs, queues):
    """A letter that the consumer refused, and one on which it failed."""
    reason = {"reason": {"DataType": "String", "StringValue": "data.sku: is not text"}}
    url, dead = queues[ONE]
    sqs.send_message(QueueUrl=dead, MessageBody=json.dumps(ENVELOPE), MessageAttributes=reason)
    sqs.send_message(QueueUrl=url, MessageBody="{")
    for _ in range(2):
        sqs.receive_message(QueueUrl=url)


def count(sqs, url):
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(found["ApproximateNumberOfMessages"])


def test_they_are_listed_with_the_reason_of_the_oldest(bulkhead, letters):
    code, out, _ = bulkhead("list")
    _, as_json, _ = bulkhead("list", "--json")

    assert code == 0
    assert out.split()[:2] == [ONE, "2"]
    assert "data.sku: is not text" in out
    [row] = json.loads(as_json)
    assert (row["name"], row["count"]) == (ONE, 2)


def test_they_are_shown_without_secrets(bulkhead, letters):
    code, out, _ = bulkhead("show", ONE)

    assert code == 0
    assert "reason: data.sku: is not text" in out
    assert "reason: its consumer failed each time: see its log" in out
    assert '"sku": "lamp"' in out
    assert out.count("***") == 2
    assert "sk_live" not in out


def test_they_are_sent_back_to_their_queue(bulkhead, sqs, queues, letters):
    url, dead = queues[ONE]

    code, _, err = bulkhead("send-back", ONE)

    assert code == 0
    assert f"2 dead letters of {ONE} were sent back to bulkhead-local-{ONE}-queue-def456" in err
    assert (count(sqs, url), count(sqs, dead)) == (2, 0)


@pytest.mark.parametrize(("count_", "words"), [(1, "1 dead letter"), (2, "2 dead letters")])
def test_one_is_counted_in_the_singular(count_, words):
    assert dead_letters.number(count_) == words


def test_they_are_discarded_after_a_question_and_later_ones_stay(
    bulkhead, sqs, queues, letters, monkeypatch
):
    _, dead = queues[ONE]
    questions = []

    def confirm(question, **_):
        questions.append(question)
        sqs.send_message(QueueUrl=dead, MessageBody="later")

    monkeypatch.setattr("typer.confirm", confirm)

    code, _, err = bulkhead("discard", ONE)

    assert code == 0
    assert questions == [f"Delete 2 dead letters of {ONE} in local?"]
    assert f"2 dead letters of {ONE} were deleted" in err
    assert count(sqs, dead) == 1


def test_what_is_not_there_is_told(bulkhead, queues):
    for words, code, message in (
        (("list",), 0, "There are no dead letters in local"),
        (("show", ONE), 0, f"{ONE} has no dead letters in local"),
        (("send-back", ONE), 0, f"{ONE} has no dead letters in local"),
        (("discard", ONE, "--yes"), 0, f"{ONE} has no dead letters in local"),
        (("show", "moon"), 1, "There is no consumer 'moon' in local. Write one of: notif"),
        (("list", "--env", "moon"), 1, "There is no environment 'moon'"),
    ):
        found, _, err = bulkhead(*words)
        assert (found, message in err) == (code, True), err


FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:local-pulses-function-abc123"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/bulkhead-local-pulse-measured-stream-abc123"
PULSES = "pulses-pulse-measured"


@pytest.fixture
def batches(cloud, sqs):
    """Two batches that a function could not process, as Lambda writes them."""
    s3, bucket = cloud.client("s3"), "bulkhead-local-stream-dead-letters-bucket-abc123"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    mapping = uuid.uuid4()
    for number in (1, 2):
        letter = {
            "requestContext": {
                "functionArn": FUNCTION,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 5,
            },
            "KinesisBatchInfo": {"streamArn": STREAM},
            "payload": json.dumps({"Records": [number]}),
        }
        key = f"aws/lambda/{mapping}/shardId-000000000000/2026/01/31/{number}"
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(letter))
    yield lambda: len(s3.list_objects_v2(Bucket=bucket).get("Contents", ()))
    for listed in s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
        s3.delete_object(Bucket=bucket, Key=listed["Key"])
    s3.delete_bucket(Bucket=bucket)


def test_batches_of_a_stream_are_processed_again_up_to_one_that_fails(bulkhead, functions, batches):
    _, listed, _ = bulkhead("list")
    _, shown, _ = bulkhead("show", PULSES, "-n", "1")
    functions.answers = [({}, "null"), ({"FunctionError": "Unhandled"}, '{"errorMessage": "no"}')]

    code, _, err = bulkhead("send-back", PULSES)
    left = batches()
    again, _, _ = bulkhead("send-back", PULSES)

    assert listed.split()[:2] == [PULSES, "2"]
    assert "RetryAttemptsExhausted after 5 invocations" in shown
    assert (code, left) == (1, 1)
    assert "1 of 2 batches of pulses-pulse-measured were processed" in err
    assert (again, batches()) == (0, 0)
    assert [json.loads(one)["Records"] for one in functions.payloads] == [[1], [2], [2]]


def test_what_a_schedule_could_not_deliver_is_delivered_to_its_target(
    bulkhead, sqs, functions, queues
):
    url = sqs.create_queue(QueueName="bulkhead-local-orders-clean-dead-letters-abc123")["QueueUrl"]
    target, _ = queues[ONE]
    about = sqs.get_queue_attributes(QueueUrl=target, AttributeNames=["QueueArn"])["Attributes"]
    for body, arn in (("{}", FUNCTION), ('{"a": 1}', about["QueueArn"])):
        attributes = {"TARGET_ARN": {"DataType": "String", "StringValue": arn}}
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)

    code, _, err = bulkhead("send-back", "orders-clean")

    assert code == 0
    assert "2 dead letters of orders-clean were sent back to their targets" in err
    assert functions.payloads == ["{}"]
    assert (count(sqs, target), count(sqs, url)) == (1, 0)


def test_a_record_that_the_function_refused_has_its_reason(bulkhead, functions, cloud):
    s3, bucket = cloud.client("s3"), "bulkhead-local-stream-dead-letters-bucket-def456"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/bulkhead-local-moved-stream-abc123"
    letter = {
        "requestContext": {"functionArn": "", "condition": "the message is not JSON"},
        "KinesisBatchInfo": {"streamArn": stream},
        "payload": '{"Records": [1]}',
    }
    key = "aws/lambda/local-mail-function-abc123/shard/a"
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(letter))
    try:
        code, printed, _ = bulkhead("list")
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
        s3.delete_bucket(Bucket=bucket)

    assert code == 0
    assert "mail-moved" in printed
    assert "the message is not JSON" in printed
