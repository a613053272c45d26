"""`bulkhead dead-letters` on the queues of consumers."""

import json

import pytest

from ops import clients, main

ENVELOPE = {"id": "1", "data": {"sku": "lamp", "api_key": "sk_live", "password": "x"}}
ONE = "orders-stock-changed"


@pytest.fixture
def sqs(cloud, monkeypatch):
    client = cloud.client("sqs")
    monkeypatch.setattr(clients.clients, "client", lambda *_: client)
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
