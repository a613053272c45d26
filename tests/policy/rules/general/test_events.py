"""Tests of policy.rules.general.events."""

import json

from policy.rules.general.events import event_stream_archived_to_s3, mutating_calls_event_rule
from policy.testing import check_stack, resource, stack, unknown

FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
CONSUMER = "aws:kinesis/streamConsumer:StreamConsumer"
ROLE = "arn:aws:iam::111122223333:role/archive"
trail = resource("aws:cloudtrail/trail:Trail", "trail", {"s3BucketName": "files"})
CALL = "AWS API Call via CloudTrail"


def stream(purpose="event-store"):
    props = {"name": "events", "arn": "arn:events", "tags": {"purpose": purpose}}
    return resource("aws:kinesis/stream:Stream", "events", props)


def delivery(bucket, source="arn:events"):
    props = {
        "name": "archive",
        "destination": "extended_s3",
        "kinesisSourceConfiguration": {"kinesisStreamArn": source, "roleArn": ROLE},
        "extendedS3Configuration": {"bucketArn": bucket, "roleArn": ROLE},
    }
    return resource(FIREHOSE, "archive", props)


def copied(source="arn:events", to="archive-bucket"):
    """Return what copies a stream to a bucket by a function."""
    props = {"role": ROLE, "environment": {"variables": {"BUCKET": to}}}
    return (
        resource("aws:s3/bucket:Bucket", "bucket", {"bucket": "archive-bucket"}),
        resource("aws:lambda/function:Function", "copy", {"name": "copy"} | props),
        resource(MAPPING, "reads", {"eventSourceArn": source, "functionName": "copy"}),
    )


def test_event_stream_archived_to_s3():
    consumer = resource(CONSUMER, "reader", {"streamArn": "arn:events", "arn": "arn:reader"})
    check_stack(
        event_stream_archived_to_s3,
        kept=[
            stack(stream(), delivery("arn:aws:s3:::archive")),
            stack(stream(), delivery(unknown)),
            stack(stream(), delivery("arn:aws:s3:::archive", unknown)),
            stack(stream(), *copied()),
            stack(stream(), consumer, *copied("arn:reader")),
            stack(stream("clicks")),
            stack(stream(unknown)),
        ],
        broken=[
            stack(stream()),
            stack(stream(), delivery(None)),
            stack(stream(), delivery("arn:aws:s3:::archive", "arn:other")),
            stack(stream(), *copied("arn:other")),
            stack(stream(), *copied(to="elsewhere")),
        ],
    )


def program(*names, to="calls", **props):
    text = json.dumps({"source": ["aws.s3"], "detail-type": list(names)})
    rule = {"name": "calls", "eventPattern": text} | props
    target = {"rule": to, "arn": "arn:aws:lambda:1"}
    return stack(
        trail,
        resource("aws:cloudwatch/eventRule:EventRule", "calls", rule),
        resource("aws:cloudwatch/eventTarget:EventTarget", "to", target),
    )


def test_mutating_calls_event_rule():
    check_stack(
        mutating_calls_event_rule,
        kept=[
            program(CALL),
            program("other", CALL, eventBusName="default", state="ENABLED"),
            program({"prefix": "AWS API Call"}),
            program({"prefix": {"equals-ignore-case": "aws api call"}}),
            program({"suffix": "CloudTrail"}),
            program({"wildcard": "AWS * via *"}),
            program({"equals-ignore-case": CALL.upper()}),
            program(CALL, to=unknown),
            program(eventPattern=unknown),
        ],
        broken=[
            stack(trail),
            program("AWS Console Sign In via CloudTrail"),
            program({"prefix": "EC2"}),
            program({"anything-but": "other"}),
            program(CALL, to="other"),
            program(CALL, state="DISABLED"),
            program(CALL, isEnabled=False),
            program(CALL, eventBusName="shop"),
            program(eventPattern="no JSON"),
            program(eventPattern=None, scheduleExpression="rate(1 day)"),
        ],
    )
