from __future__ import annotations

import json
import threading
import uuid

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def sqs(cloud):
    return cloud.client("sqs")


@pytest.fixture
def make(sqs):
    def queue(**attributes):
        suffix = ".fifo" if attributes.get("FifoQueue") else ""
        name = f"q-{uuid.uuid4().hex[:12]}{suffix}"
        return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    return queue


def receive(sqs, url, **options):
    found = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"], **options)
    return found.get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def test_a_received_message_is_hidden_and_shows_again(sqs, make):
    url = make()
    sqs.send_message(QueueUrl=url, MessageBody="a")

    [first] = receive(sqs, url, VisibilityTimeout=1)
    hidden = receive(sqs, url)
    [second] = receive(sqs, url, WaitTimeSeconds=5)

    assert hidden == []
    assert second["MessageId"] == first["MessageId"]
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_change_of_one_attribute_leaves_the_policy_and_the_dead_letters_as_they_were(sqs, make):
    url, dead = make(), make()
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    redrive = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 3})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy, "RedrivePolicy": redrive})

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})
    refused = json.dumps({"deadLetterTargetArn": f"{arn['QueueArn']}-none", "maxReceiveCount": 3})
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": refused})

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["VisibilityTimeout"] == "5"
    assert json.loads(found["Policy"]) == json.loads(policy)
    assert json.loads(found["RedrivePolicy"]) == json.loads(redrive)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert (
        "Policy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    )


def test_a_deleted_message_is_gone_and_may_be_deleted_again(sqs, make):
    url = make()
    sqs.send_message(QueueUrl=url, MessageBody="a")
    [message] = receive(sqs, url, VisibilityTimeout=0)

    for _ in range(2):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    assert receive(sqs, url) == []


def test_a_nonsense_receipt_is_refused(sqs, make):
    with pytest.raises(ClientError, match="ReceiptHandleIsInvalid"):
        sqs.delete_message(QueueUrl=make(), ReceiptHandle="nonsense")


def test_visibility_can_be_changed_to_now(sqs, make):
    url = make()
    sqs.send_message(QueueUrl=url, MessageBody="a")
    [message] = receive(sqs, url)

    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )

    assert bodies(receive(sqs, url)) == ["a"]


def test_a_delayed_message_comes_later(sqs, make):
    url = make()
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=1)
    assert receive(sqs, url) == []

    assert bodies(receive(sqs, url, WaitTimeSeconds=3)) == ["late"]


@pytest.mark.timeout(15)  # the poll itself would take longer
def test_a_long_poll_wakes_when_a_message_comes(sqs, make):
    url = make()
    threading.Timer(0.3, lambda: sqs.send_message(QueueUrl=url, MessageBody="a")).start()

    found = receive(sqs, url, WaitTimeSeconds=20)

    assert bodies(found) == ["a"]


def test_a_message_that_keeps_failing_moves_to_the_dead_letter_queue(sqs, make):
    dead = make()
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = f'{{"deadLetterTargetArn": "{arn["QueueArn"]}", "maxReceiveCount": 2}}'
    url = make(RedrivePolicy=policy)
    sqs.send_message(QueueUrl=url, MessageBody="poison")

    tries = [bodies(receive(sqs, url, VisibilityTimeout=0)) for _ in range(3)]

    assert tries == [["poison"], ["poison"], []]
    assert bodies(receive(sqs, dead)) == ["poison"]


def test_dead_letters_go_to_the_queue_that_has_the_name_now(sqs, make):
    dead = make()
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 1})
    url = make(RedrivePolicy=policy)
    sqs.send_message(QueueUrl=url, MessageBody="poison")

    sqs.delete_queue(QueueUrl=dead)
    without = [bodies(receive(sqs, url, VisibilityTimeout=0)) for _ in range(2)]
    sqs.create_queue(QueueName=dead.rpartition("/")[2])
    sources = sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"]
    again = bodies(receive(sqs, url, VisibilityTimeout=0))

    assert without == [["poison"], ["poison"]]
    assert sources == [url]
    assert again == []
    assert bodies(receive(sqs, dead)) == ["poison"]


def test_a_fifo_group_is_in_order_and_locked_while_one_is_in_flight(sqs, make):
    url = make(FifoQueue="true", ContentBasedDeduplication="true")
    for group, body in (("g", "1"), ("g", "2"), ("h", "3")):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)

    [first] = receive(sqs, url)
    others = receive(sqs, url, MaxNumberOfMessages=10)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    last = receive(sqs, url, MaxNumberOfMessages=10)

    assert (first["Body"], bodies(others), bodies(last)) == ("1", ["3"], ["2"])


def test_one_call_may_take_several_of_a_fifo_group_in_order(sqs, make):
    url = make(FifoQueue="true", ContentBasedDeduplication="true")
    for body in "abc":
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")

    assert bodies(receive(sqs, url, MaxNumberOfMessages=10)) == ["a", "b", "c"]


def test_a_fifo_duplicate_is_accepted_once_under_its_first_id(sqs, make):
    url = make(FifoQueue="true")
    settings = {"MessageGroupId": "g", "MessageDeduplicationId": "same"}

    sent = [sqs.send_message(QueueUrl=url, MessageBody="a", **settings) for _ in range(2)]

    assert sent[0]["MessageId"] == sent[1]["MessageId"]
    assert bodies(receive(sqs, url, MaxNumberOfMessages=10)) == ["a"]


@pytest.mark.parametrize(("scope", "kept"), [("queue", ["1"]), ("messageGroup", ["1", "2"])])
def test_a_fifo_duplicate_is_one_within_the_queues_scope(sqs, make, scope, kept):
    url = make(FifoQueue="true", DeduplicationScope=scope)

    for group, body in (("g", "1"), ("h", "2"), ("g", "3")):
        sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId="same"
        )

    assert bodies(receive(sqs, url, MaxNumberOfMessages=10)) == kept


def test_counts_are_told_and_a_purge_empties(sqs, make):
    url = make()
    for _ in range(3):
        sqs.send_message(QueueUrl=url, MessageBody="a")
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=60)
    receive(sqs, url)

    names = ["", "NotVisible", "Delayed"]
    wanted = [f"ApproximateNumberOfMessages{name}" for name in names]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
    sqs.purge_queue(QueueUrl=url)
    after = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]

    assert [found[name] for name in wanted] == ["2", "1", "1"]
    assert set(after.values()) == {"0"}


def test_messages_whose_timeouts_end_are_counted_once(sqs, make):
    url = make(VisibilityTimeout="1")
    for _ in range(20):
        entries = [{"Id": str(n), "MessageBody": "a"} for n in range(10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    for _ in range(20):
        receive(sqs, url, MaxNumberOfMessages=10)
    wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    totals, visible = set(), 0
    while visible < 200:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
        visible, hidden = (int(found[name]) for name in wanted)
        totals.add(visible + hidden)

    assert totals == {200}


def test_eight_consumers_share_the_messages_without_a_duplicate(sqs, make, cloud):
    url = make()
    for start in range(0, 80, 10):
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    found: list[str] = []

    def consume():
        while messages := receive(sqs, url, MaxNumberOfMessages=3):
            found.extend(bodies(messages))

    threads = [threading.Thread(target=consume) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found, key=int) == [str(n) for n in range(80)]
