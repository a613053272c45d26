"""Messages are seen without being received."""


def shown(cloud, name):
    _, body = cloud.request("GET", f"sqs/messages/{name}")
    return body["messages"]


def test_looking_receives_nothing(cloud):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="looked-at")["QueueUrl"]
    kind = {"DataType": "String", "StringValue": "first"}
    sqs.send_message(QueueUrl=url, MessageBody="one", MessageAttributes={"kind": kind})
    sqs.send_message(QueueUrl=url, MessageBody="two", DelaySeconds=300)

    first, second = shown(cloud, "looked-at"), shown(cloud, "looked-at")

    assert first == second
    assert [(one["body"], one["state"], one["receives"]) for one in first] == [
        ("one", "visible", 0),
        ("two", "delayed", 0),
    ]
    assert first[0]["attributes"] == {"kind": "first"}


def test_a_received_message_is_seen_in_flight(cloud):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="in-flight")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")

    sqs.receive_message(QueueUrl=url, VisibilityTimeout=300)

    [message] = shown(cloud, "in-flight")
    assert (message["state"], message["receives"]) == ("in flight", 1)


def test_the_receipt_of_a_look_deletes(cloud):
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="deleted-from")["QueueUrl"]
    for body in ("one", "two"):
        sqs.send_message(QueueUrl=url, MessageBody=body)

    [first, _] = shown(cloud, "deleted-from")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["receipt"])

    assert [one["body"] for one in shown(cloud, "deleted-from")] == ["two"]


def test_an_unknown_queue_is_not_found(cloud):
    status, _ = cloud.request("GET", "sqs/messages/nothing")

    assert status == 404
