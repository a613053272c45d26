"""Dead letters are sent back as StartMessageMoveTask says."""

import json
import uuid

import pytest
from botocore.exceptions import ClientError

UNSUPPORTED = "AWS.SimpleQueueService.UnsupportedOperation"


@pytest.fixture
def sqs(cloud):
    return cloud.client("sqs")


@pytest.fixture
def queue(sqs):
    """Create a queue, and return its URL and ARN."""

    def create(dead_letters=None):
        attributes = {"VisibilityTimeout": "0"}
        if dead_letters:
            policy = {"deadLetterTargetArn": dead_letters, "maxReceiveCount": 1}
            attributes["RedrivePolicy"] = json.dumps(policy)
        url = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex}", Attributes=attributes)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    return create


def receive(sqs, url):
    return sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    ).get("Messages", [])  # fmt: skip


@pytest.mark.parametrize("named", [True, False])
def test_letters_move_to_the_queue_as_new_messages(sqs, queue, named):
    dead, dead_arn = queue()
    url, arn = queue(dead_arn)
    attributes = {"a": {"DataType": "String", "StringValue": "b"}}
    sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=attributes)
    [sent] = receive(sqs, url)
    assert receive(sqs, url) == []  # it is in the dead letters

    to = {"DestinationArn": arn} if named else {}
    sqs.start_message_move_task(SourceArn=dead_arn, **to)

    [task] = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    assert receive(sqs, dead) == []
    [moved] = receive(sqs, url)
    assert (moved["Body"], moved["MessageAttributes"]["a"]["StringValue"]) == ("x", "b")
    assert moved["MessageId"] != sent["MessageId"]
    assert moved["Attributes"]["ApproximateReceiveCount"] == "1"


def test_what_cannot_be_moved_is_refused(sqs, queue):
    _, dead_arn = queue()
    _, arn = queue(dead_arn)
    queue(dead_arn)
    for code, request in (
        (UNSUPPORTED, {"SourceArn": arn}),
        (UNSUPPORTED, {"SourceArn": dead_arn}),  # two queues send letters there
        (UNSUPPORTED, {"SourceArn": dead_arn, "MaxNumberOfMessagesPerSecond": 5}),
        ("ResourceNotFoundException", {"SourceArn": f"{arn}-none"}),
        ("ResourceNotFoundException", {"SourceArn": dead_arn, "DestinationArn": f"{arn}-none"}),
    ):
        with pytest.raises(ClientError) as refused:
            sqs.start_message_move_task(**request)
        assert refused.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError, match="no running message movement task"):
        sqs.cancel_message_move_task(TaskHandle="x")
