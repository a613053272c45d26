"""An event bus, and a rule that sends the orders on it to a queue."""

import json

import pulumi
from pulumi_aws import cloudwatch, sqs

bus = cloudwatch.EventBus("orders")
dead_letters = sqs.Queue("dead-letters", message_retention_seconds=1_209_600)
queue = sqs.Queue(
    "orders",
    redrive_policy=dead_letters.arn.apply(
        lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    ),
)
rule = cloudwatch.EventRule(
    "orders",
    event_bus_name=bus.name,
    description="Every order that was placed",
    event_pattern=json.dumps({"source": ["shop.orders"], "detail-type": ["OrderPlaced"]}),
)
sqs.QueuePolicy(
    "orders",
    queue_url=queue.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": queue.arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": rule.arn}},
                }
            ],
        }
    ),
)
cloudwatch.EventTarget("orders", rule=rule.name, event_bus_name=bus.name, arn=queue.arn)

pulumi.export("bus", bus.name)
pulumi.export("queue", queue.url)
