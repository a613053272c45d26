"""What the rules on streams of events accept and refuse."""

from policy.rules.architecture.events import event_stream_archived_to_s3
from policy.testing import check_stack, resource, stack, unknown

FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
CONSUMER = "aws:kinesis/streamConsumer:StreamConsumer"
ROLE = "arn:aws:iam::111122223333:role/archive"


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
