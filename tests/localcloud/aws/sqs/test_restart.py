"""What a queue tells after a restart of the control process."""

from __future__ import annotations

import json

from tests.localcloud.aws.control_process import ControlProcess


def test_attributes_of_a_queue_are_told_after_a_restart(tmp_path):
    cloud = ControlProcess(tmp_path)
    cloud.start()
    sqs = cloud.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    redrive = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 3})
    attributes = {"VisibilityTimeout": "600", "RedrivePolicy": redrive}
    url = sqs.create_queue(QueueName="work", Attributes=attributes)["QueueUrl"]
    for delay in (0, 0, 600):
        sqs.send_message(QueueUrl=url, MessageBody="a", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=url)
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    cloud.stop()
    cloud.start()
    after = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    cloud.stop()

    counts = [
        after["Attributes"][f"ApproximateNumberOfMessages{of}"]
        for of in ("", "NotVisible", "Delayed")
    ]
    assert counts == ["1", "1", "1"]
    assert after["Attributes"] == before
