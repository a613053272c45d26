"""An SQS queue with a dead-letter queue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.access import Statement, deny_plain_http, document
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs, require_between
from components.messaging.filters import problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

MAX_RETENTION_DAYS = 14  # SQS's maximum
MAX_VISIBILITY_SECONDS = 43_200  # SQS's maximum
MAX_RECEIVES = 1000  # SQS's maximum
DAY = 86_400
MAX_TARGET_RETRIES = 185  # EventBridge's maximum and default, within a day


@dataclass(frozen=True, kw_only=True)
class BusRule:
    """A rule of an event bus that sends an event to the queue."""

    bus_name: pulumi.Input[str]
    """Name of the event bus."""

    event: str
    """The event, which is the `detail-type`."""

    filter: Mapping[str, Any] | None = None
    """Pattern of the `detail`; default: every event."""

    @property
    def pattern(self) -> str:
        """The event pattern."""
        detail = {"detail": dict(self.filter)} if self.filter else {}
        return json.dumps({"detail-type": [self.event], **detail})


@dataclass(frozen=True, kw_only=True)
class NotifyingBucket:
    """An S3 bucket that sends its event notifications to the queue."""

    arn: pulumi.Input[str]
    """ARN of the bucket."""

    account_id: pulumi.Input[str]
    """Account of the bucket, which its ARN does not name."""


@dataclass(frozen=True, kw_only=True)
class WorkQueueArgs:
    """Subscriptions, timeouts and redrive policy of a queue."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    topics: Mapping[str, pulumi.Input[str]] | None = None
    """ARNs of the SNS topics it subscribes to, by event."""

    filter: Mapping[str, Any] | None = None
    """Filter policy of its subscriptions, on the message body; default: every message."""

    rule: BusRule | None = None
    """Rule of an event bus that sends events to it; default: none."""

    bucket: NotifyingBucket | None = None
    """Bucket that sends notifications to it; default: none."""

    visibility_timeout_seconds: int = 60
    """Visibility timeout in seconds."""

    retention_days: int = 4
    """Message retention in days."""

    max_receives: int = 5
    """Receives after which a message moves to the dead-letter queue."""

    stale_seconds: int = 600
    """Threshold of the alarm on the age of the oldest message, in seconds."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that SQS does not accept."""
        # The dead-letter queue's retention must be longer.
        require_between("retention_days", self.retention_days, 1, MAX_RETENTION_DAYS - 1)
        require_between(
            "visibility_timeout_seconds", self.visibility_timeout_seconds, 1, MAX_VISIBILITY_SECONDS
        )
        require_between("max_receives", self.max_receives, 1, MAX_RECEIVES)
        if self.filter is not None and (found := problems(self.filter)):
            raise InvalidArgError("filter", dict(self.filter), "; ".join(found))


class WorkQueue(pulumi.ComponentResource):
    """An encrypted SQS queue, its dead-letter queue, and its subscriptions."""

    url: pulumi.Output[str]
    arn: pulumi.Output[str]
    dead_letters_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: WorkQueueArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the queue *name*."""
        super().__init__("bulkhead:messaging:WorkQueue", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        dead_letters = aws.sqs.Queue(
            f"{name}-dead-letters",
            message_retention_seconds=MAX_RETENTION_DAYS * DAY,
            sqs_managed_sse_enabled=True,
            tags=args.tags,
            opts=child,
        )
        queue = aws.sqs.Queue(
            f"{name}-queue",
            visibility_timeout_seconds=args.visibility_timeout_seconds,
            message_retention_seconds=args.retention_days * DAY,
            receive_wait_time_seconds=20,
            sqs_managed_sse_enabled=True,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": args.max_receives}
            ),
            tags=args.tags,
            opts=child,
        )
        rule = None if args.rule is None else _rule(name, args.rule, args.tags, child)
        senders = _senders(args.topics or {}, rule)
        policies = [
            aws.sqs.QueuePolicy(
                f"{name}-{role}-policy",
                queue_url=each.url,
                policy=document(_policy(each.arn, senders, bucket)),
                opts=child,
            )
            for role, each, bucket in (
                ("queue", queue, args.bucket),
                ("dead-letters", dead_letters, None),
            )
        ]
        for event, topic_arn in (args.topics or {}).items():
            aws.sns.TopicSubscription(
                f"{name}-to-{event}",
                topic=topic_arn,
                protocol="sqs",
                endpoint=queue.arn,
                raw_message_delivery=True,
                redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead_letters.arn}),
                filter_policy=json.dumps(args.filter) if args.filter else None,
                filter_policy_scope="MessageBody" if args.filter else None,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[*policies]),
            )
        if rule is not None:
            aws.cloudwatch.EventTarget(
                f"{name}-target",
                rule=rule.name,
                event_bus_name=rule.event_bus_name,
                arn=queue.arn,
                dead_letter_config={"arn": dead_letters.arn},
                retry_policy={
                    "maximum_event_age_in_seconds": DAY,
                    "maximum_retry_attempts": MAX_TARGET_RETRIES,
                },
                opts=pulumi.ResourceOptions(parent=self, depends_on=[*policies]),
            )
        for suffix, alarm in _alarms(name, args, queue.name, dead_letters.name).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        self.url = queue.url
        self.arn = queue.arn
        self.dead_letters_url = dead_letters.url
        # Not declared on the class: Pulumi would treat it as a resource output.
        self.queue_name = queue.name
        self._dead_letters_arn = dead_letters.arn
        self.register_outputs(
            {"url": self.url, "arn": self.arn, "dead_letters_url": self.dead_letters_url}
        )

    def allow_receive(self) -> list[Statement]:
        """Return the permission to receive and delete messages."""
        actions = [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        ]
        return [Statement(actions=actions, resources=[self.arn])]

    def allow_send_dead_letters(self) -> list[Statement]:
        """Return the permission to send a message that can never be handled to the dead letters."""
        return [Statement(actions=["sqs:SendMessage"], resources=[self._dead_letters_arn])]

    def allow_send(self) -> list[Statement]:
        """Return the permission to send messages."""
        return [Statement(actions=["sqs:SendMessage"], resources=[self.arn])]


def _rule(
    name: str, rule: BusRule, tags: Mapping[str, str] | None, opts: pulumi.ResourceOptions
) -> aws.cloudwatch.EventRule:
    return aws.cloudwatch.EventRule(
        f"{name}-rule",
        description=f"Sends {rule.event} to the queue {name}",
        event_bus_name=rule.bus_name,
        event_pattern=rule.pattern,
        tags=tags,
        opts=opts,
    )


def _senders(
    topics: Mapping[str, pulumi.Input[str]], rule: aws.cloudwatch.EventRule | None
) -> list[tuple[str, pulumi.Input[str]]]:
    """Return each AWS service that sends to the queue, with the ARN that it sends for."""
    senders = [("sns.amazonaws.com", arn) for arn in topics.values()]
    return senders if rule is None else [*senders, ("events.amazonaws.com", rule.arn)]


def _policy(
    arn: pulumi.Output[str],
    senders: Sequence[tuple[str, pulumi.Input[str]]],
    bucket: NotifyingBucket | None,
) -> list[dict[str, Any]]:
    allowed: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
        }
        for service, source_arn in senders
    ]
    if bucket is not None:
        allowed.append(
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {
                    "ArnEquals": {"aws:SourceArn": bucket.arn},
                    "StringEquals": {"aws:SourceAccount": bucket.account_id},
                },
            }
        )
    return [*allowed, deny_plain_http("sqs:*", [arn])]


def _alarms(
    name: str,
    args: WorkQueueArgs,
    queue_name: pulumi.Output[str],
    dead_letters_name: pulumi.Output[str],
) -> dict[str, Alarm]:
    return {
        "dead": Alarm(
            kind=AlarmKind.DEAD_LETTERS,
            description=f"Messages of {name} could not be handled: they wait in its dead letters",
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": dead_letters_name},
            threshold=0,
            statistic="Maximum",
        ),
        "stale": Alarm(
            kind=AlarmKind.MESSAGES_WAIT,
            description=f"Messages of {name} wait too long: its consumer is slow or stopped",
            namespace="AWS/SQS",
            metric="ApproximateAgeOfOldestMessage",
            dimensions={"QueueName": queue_name},
            threshold=args.stale_seconds,
            statistic="Maximum",
            periods=3,
        ),
    }
