"""Metrics of queues, topics, rules, schedules and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.metrics.catalogue.row import NEVER_THROTTLES, When, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.telemetry.metrics.catalogue.row import CataloguedMetric


def table() -> Iterator[CataloguedMetric]:
    """Yield the rows."""
    sqs = "AWS/SQS"
    queue = (("QueueName",),)
    yield from rows(
        sqs,
        queue,
        "Count",
        When.ACTIVE,
        "NumberOfMessagesSent NumberOfMessagesReceived NumberOfMessagesDeleted"
        " NumberOfEmptyReceives ApproximateNumberOfMessagesVisible"
        " ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesDelayed",
    )
    yield from rows(sqs, queue, "Bytes", When.EVENT, "SentMessageSize")
    yield from rows(sqs, queue, "Seconds", When.ACTIVE, "ApproximateAgeOfOldestMessage")
    yield from _topics()
    yield from _rules()
    yield from _schedules()
    stream = (("StreamName",),)
    yield from rows(
        "AWS/Kinesis", stream, "Count", When.EVENT, "IncomingRecords GetRecords.Records"
    )
    yield from rows("AWS/Kinesis", stream, "Bytes", When.EVENT, "IncomingBytes")
    yield from rows(
        "AWS/Kinesis", stream, "Milliseconds", When.EVENT, "GetRecords.IteratorAgeMilliseconds"
    )
    yield from rows(
        "AWS/Kinesis",
        stream,
        "Count",
        When.ZERO,
        "WriteProvisionedThroughputExceeded ReadProvisionedThroughputExceeded",
        NEVER_THROTTLES,
    )


def _topics() -> Iterator[CataloguedMetric]:
    sns, topic = "AWS/SNS", (("TopicName",),)
    failed = "NumberOfNotificationsFailed"
    filtered = "NumberOfNotificationsFilteredOut"
    reasons = ("MessageAttributes", "MessageBody", "NoMessageAttributes", "InvalidMessageBody")
    yield from rows(sns, topic, "Count", When.EVENT, "NumberOfMessagesPublished")
    yield from rows(sns, topic, "Bytes", When.EVENT, "PublishSize")
    yield from rows(
        sns,
        topic,
        "Count",
        When.NONZERO,
        f"NumberOfNotificationsDelivered {failed} NumberOfNotificationsRedrivenToDlq"
        f" NumberOfNotificationsFailedToRedriveToDlq {filtered} "
        + " ".join(f"{filtered}-{reason}" for reason in reasons),
    )


def _rules() -> Iterator[CataloguedMetric]:
    events = "AWS/Events"
    rule = (("RuleName",), ("EventBusName", "RuleName"))
    yield from rows(
        events,
        (*rule, ()),
        "Count",
        When.NONZERO,
        "MatchedEvents TriggeredRules Invocations InvocationAttempts SuccessfulInvocationAttempts",
    )
    yield from rows(
        events,
        rule,
        "Count",
        When.NONZERO,
        "FailedInvocations RetryInvocationAttempts InvocationsSentToDlq"
        " InvocationsFailedToBeSentToDlq",
    )
    yield from rows(events, rule, "Count", When.NONZERO, "ThrottledRules", NEVER_THROTTLES)
    yield from rows(
        events,
        ((),),
        "Count",
        When.NONZERO,
        "InvocationsCreated PutEventsApproximateCallCount PutEventsEntriesCount"
        " PutEventsFailedEntriesCount",
    )


def _schedules() -> Iterator[CataloguedMetric]:
    scheduler, group = "AWS/Scheduler", (("ScheduleGroup",), ())
    yield from rows(
        scheduler,
        group,
        "Count",
        When.NONZERO,
        "InvocationAttemptCount TargetErrorCount TargetErrorThrottledCount InvocationDroppedCount"
        " InvocationsSentToDeadLetterCount InvocationsFailedToBeSentToDeadLetterCount",
    )
    yield from rows(
        scheduler, group, "Count", When.NONZERO, "InvocationThrottleCount", NEVER_THROTTLES
    )
