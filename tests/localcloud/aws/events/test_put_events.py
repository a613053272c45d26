import json


def test_an_event_reaches_the_queue_of_a_matching_rule(cloud):
    sqs, events = cloud.client("sqs"), cloud.client("events")
    queue = sqs.create_queue(QueueName="events-target")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["shop.orders"]}))
    events.put_targets(Rule="orders", Targets=[{"Id": "1", "Arn": arn["QueueArn"]}])

    answer = events.put_events(
        Entries=[{"Source": "shop.orders", "DetailType": "made", "Detail": '{"id": 1}'}]
    )

    assert answer["FailedEntryCount"] == 0
    [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["detail"] == {"id": 1}
