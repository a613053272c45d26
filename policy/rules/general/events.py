"""Rules on event streams and API calls across services."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.audit import API_CALL, EVENT_RULE, is_enabled, matches_detail_type, targets
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN, is_missing

STREAM_CONSUMER = "aws:kinesis/streamConsumer:StreamConsumer"


@stack_rule(
    aws.KINESIS_STREAM,
    aws.FIREHOSE_DELIVERY_STREAM,
    STREAM_CONSUMER,
    aws.LAMBDA_EVENT_SOURCE_MAPPING,
    aws.LAMBDA_FUNCTION,
    aws.S3_BUCKET,
    params={"purposes": ["event-store"]},
)
@classify("architecture", "architecture", "medium", "mandatory")
def event_stream_archived_to_s3(stack: Stack) -> Findings:
    """Event store streams must be archived to a bucket.

    Kinesis keeps records for at most 365 days; an event store has to keep them permanently.
    """
    purpose_tag = stack.settings.purpose_tag
    for stream in stack.of_type(aws.KINESIS_STREAM):
        purpose = stream.tag(purpose_tag)
        if not isinstance(purpose, str) or purpose not in stack.params["purposes"]:
            continue
        if stack.has_no_referrer(
            stream,
            "kinesisSourceConfiguration.kinesisStreamArn",
            aws.FIREHOSE_DELIVERY_STREAM,
            where=_delivers,
        ) and not _is_copied(stack, stream):
            yield stream.finding(
                f"The stream '{stream.name}' must be archived: add a FirehoseDeliveryStream with"
                " kinesis_source_configuration set to it and"
                " extended_s3_configuration.bucket_arn."
            )


def _delivers(delivery: Resource) -> bool:
    return not delivery.is_missing("extendedS3Configuration.bucketArn")


def _is_copied(stack: Stack, stream: Resource) -> bool:
    """Return whether a function reads *stream* and writes, or may write, to a bucket."""
    sources = [stream, *stack.referrers("streamArn", stream, STREAM_CONSUMER)]
    return any(
        not stack.has_no_referrer(
            source,
            "eventSourceArn",
            aws.LAMBDA_EVENT_SOURCE_MAPPING,
            where=lambda mapping: _writes_to_bucket(stack, mapping),
        )
        for source in sources
    )


def _writes_to_bucket(stack: Stack, mapping: Resource) -> bool:
    functions = stack.references(mapping, "functionName", aws.LAMBDA_FUNCTION)
    return stack.is_undetermined(mapping, "functionName") or any(
        stack.references(one, "environment.variables", aws.S3_BUCKET)
        or stack.is_undetermined(one, "environment.variables")
        for one in functions
    )


@stack_rule(aws.CLOUDTRAIL_TRAIL, EVENT_RULE, aws.EVENT_TARGET)
@classify("audit", "audit", "medium", "mandatory")
def mutating_calls_event_rule(stack: Stack) -> Findings:
    """Trails must have an event rule on API calls that change resources.

    Without an event rule, manual changes to resources go unnoticed.
    """
    if any(_handles_api_calls(stack, rule) for rule in stack.of_type(EVENT_RULE)):
        return
    for trail in stack.of_type(aws.CLOUDTRAIL_TRAIL)[:1]:
        yield trail.finding(
            f"The trail '{trail.name}' must have an event rule on changes: add an EventRule on the"
            f' default bus with the detail-type "{API_CALL}" in event_pattern, and an EventTarget.'
        )


def _handles_api_calls(stack: Stack, rule: Resource) -> bool:
    bus = rule.get("eventBusName")
    on_default = is_missing(bus) or bus in ("default", UNKNOWN)
    return (
        on_default
        and is_enabled(rule)
        and matches_detail_type(rule, API_CALL)
        and bool(targets(stack, rule))
    )
