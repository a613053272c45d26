"""Batches of messages to a plain queue: what each call holds, and what is refused."""

import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st


class Sqs:
    """Accepts batches; refuses the messages, and fails in the calls, that a test names."""

    def __init__(self):
        self.batches, self.refused, self.failing = [], set(), set()

    def send_message_batch(self, QueueUrl, Entries):  # noqa: N803 - names of AWS
        assert QueueUrl == "https://sqs.test/1/labels"
        if len(self.batches) in self.failing:
            self.batches.append([])
            error = {"Error": {"Code": "RequestThrottled", "Message": "slow down"}}
            raise ClientError(error, "SendMessageBatch")
        self.batches.append([json.loads(one["MessageBody"]) for one in Entries])
        failed = [
            {"Id": one["Id"], "SenderFault": True, "Code": "InvalidMessageContents", "Message": "x"}
            for one in Entries
            if json.loads(one["MessageBody"])["id"] in self.refused
        ]
        return {"Successful": [], "Failed": failed}


@pytest.fixture
def queues(kit, monkeypatch):
    monkeypatch.setenv("SERVICE_NAME", "orders")
    monkeypatch.setenv("LABELS_QUEUE_URL", "https://sqs.test/1/labels")
    module = kit("queues")
    sqs = Sqs()
    monkeypatch.setattr(module, "_client", lambda: sqs)
    module.sqs = sqs
    return module


def messages(queues, count, **body):
    return [queues.Message({"n": n, **body}, message_id=f"m-{n}") for n in range(count)]


def test_ten_messages_are_one_call_in_their_order(queues):
    sent = queues.send_batch("labels", messages(queues, 21))

    assert sent == [f"m-{n}" for n in range(21)]
    assert [len(batch) for batch in queues.sqs.batches] == [10, 10, 1]
    assert [one["data"]["n"] for batch in queues.sqs.batches for one in batch] == list(range(21))


def test_no_message_is_no_call(queues):
    assert queues.send_batch("labels", []) == []
    assert queues.sqs.batches == []


def test_a_batch_stays_below_one_mebibyte(queues):
    queues.send_batch("labels", messages(queues, 6, text="x" * 250_000))

    assert [len(batch) for batch in queues.sqs.batches] == [4, 2]


def test_what_is_refused_is_raised_after_all_others_were_sent(queues):
    queues.sqs.refused, queues.sqs.failing = {"m-3"}, {1}

    with pytest.raises(queues.NotSentError, match=r"11 of 25 .* labels; message 3: Inv") as raised:
        queues.send_batch("labels", messages(queues, 25))

    found = [
        (one.index, one.message_id, one.code, one.sender_fault) for one in raised.value.refused
    ]
    assert found[0] == (3, "m-3", "InvalidMessageContents", True)
    assert found[1:] == [(n, f"m-{n}", "RequestThrottled", False) for n in range(10, 20)]
    assert [len(batch) for batch in queues.sqs.batches] == [10, 0, 5]


def test_nothing_is_sent_if_a_message_is_invalid(queues):
    invalid = queues.Message({"text": "x" * 300_000})

    with pytest.raises(ValueError, match="261120 are allowed"):
        queues.send_batch("labels", [*messages(queues, 3), invalid])

    assert queues.sqs.batches == []


def test_chunks_keep_every_entry_within_the_limits(kit):
    queues = kit("queues")

    @given(st.lists(st.integers(0, 400_000), max_size=40))
    def check(sizes):
        entries = [{"MessageBody": "x" * size} for size in sizes]

        chunks = list(queues._chunks(entries))

        assert [index for chunk in chunks for index, _ in chunk] == list(range(len(sizes)))
        assert all(len(chunk) <= 10 for chunk in chunks)
        assert all(sum(len(e["MessageBody"]) for _, e in c) <= queues.MAX_BYTES for c in chunks)

    check()
