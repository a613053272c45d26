"""What the rule on queues that topics deliver to accepts and refuses."""

import json

from policy.rules.messaging.sns_queues import sns_queue_admits_topic
from policy.testing import check_stack, resource, stack, unknown

TOPIC_ARN = "arn:aws:sns:eu-west-1:111122223333:order-placed"
QUEUE_ARN = "arn:aws:sqs:eu-west-1:111122223333:mails"
URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/mails"
SNS = {"Service": "sns.amazonaws.com"}
FROM_TOPIC = {"ArnEquals": {"aws:SourceArn": TOPIC_ARN}}


def statement(principal=SNS, condition=FROM_TOPIC, action="sqs:SendMessage", effect="Allow"):
    found = {"Effect": effect, "Principal": principal, "Action": action, "Resource": QUEUE_ARN}
    return found | ({"Condition": condition} if condition else {})


def text(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def queue(**props):
    return resource("aws:sqs/queue:Queue", "mails", {"arn": QUEUE_ARN, "url": URL} | props)


def subscription(**changes):
    whole = {"protocol": "sqs", "topic": TOPIC_ARN, "endpoint": QUEUE_ARN}
    return resource("aws:sns/topicSubscription:TopicSubscription", "placed", whole | changes)


def beside(policy, url=URL):
    policy = {"queueUrl": url, "policy": policy}
    return stack(
        queue(), subscription(), resource("aws:sqs/queuePolicy:QueuePolicy", "policy", policy)
    )


def test_sns_queue_admits_topic():
    like = {"ArnLike": {"AWS:SourceArn": ["arn:aws:sns:*:111122223333:order-*"]}}
    other = {"ArnEquals": {"aws:SourceArn": f"{TOPIC_ARN}-again"}}
    dead_letters = resource("aws:sqs/queue:Queue", "mails-dead", {"arn": f"{QUEUE_ARN}-dead"})
    box = resource("bulkhead:messaging:EventQueue", "box", {})
    pair = [queue(policy=text(statement())), dead_letters]
    for one in pair:
        one.options = resource("x:y:Z", "x", {}, parent=box.urn).options
    check_stack(
        sns_queue_admits_topic,
        kept=[
            beside(text(statement())),
            beside(text(statement(condition=like, principal={"Service": ["sns.amazonaws.com"]}))),
            beside(text(statement(effect="Deny", principal="*"), statement(principal="*"))),
            beside(text(statement(action=["SQS:Send*"]))),
            beside({"Statement": statement(condition={"ArnEquals": {"aws:SourceArn": unknown}})}),
            beside(unknown),
            beside(text(statement()), url=unknown),
            stack(queue(policy=text(statement())), subscription()),
            stack(queue(policy=unknown), subscription()),
            stack(queue(policy=text(statement(condition=other))), subscription(topic=unknown)),
            stack(queue(), subscription(protocol="lambda")),
            stack(queue(), subscription(endpoint=f"{QUEUE_ARN}-elsewhere")),
            stack(queue(), subscription(endpoint=unknown)),
            stack(
                box,
                *pair,
                subscription(endpoint=unknown),
                property_dependencies={"placed": {"endpoint": [box]}},
            ),
        ],
        broken=[
            stack(queue(), subscription()),
            stack(queue(), subscription(topic=unknown)),
            beside("no JSON"),
            beside(text(statement()), url=f"{URL}-other"),
            beside(text(statement(condition=other))),
            beside(text(statement(condition=None))),
            beside(text(statement(condition={"ArnNotEquals": {"aws:SourceArn": TOPIC_ARN}}))),
            beside(text(statement(principal={"Service": "events.amazonaws.com"}))),
            beside(text(statement(action="sqs:ReceiveMessage"))),
            beside(text(statement(effect="Deny"))),
            stack(
                queue(),
                subscription(endpoint=unknown),
                property_dependencies={"placed": {"endpoint": [queue()]}},
            ),
        ],
    )
