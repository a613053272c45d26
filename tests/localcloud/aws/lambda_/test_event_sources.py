from __future__ import annotations


def test_a_mapped_queue_keeps_its_messages_for_the_pollers(cloud, workers, make_function):
    make_function("mapped")
    queue = cloud.client("sqs").create_queue(QueueName="mapped")["QueueUrl"]
    cloud.client("lambda").create_event_source_mapping(
        FunctionName="mapped", EventSourceArn="arn:aws:sqs:eu-west-1:000000000000:mapped"
    )

    cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="stay")

    [message] = cloud.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert message["Body"] == "stay"
    assert workers.calls == []
