"""Events that arrive in an SQS queue of the consumer's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.compute.queue_consumer import QueueConsumer, QueueConsumerArgs
from components.messaging.work_queue import BusRule, WorkQueue, WorkQueueArgs
from components.service.environment import variable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.messaging.work_queue import NotifyingBucket
    from components.service.subscriptions import DeliveryContext, FunctionTarget

MIN_CONCURRENCY, MAX_CONCURRENCY = 2, 1000  # range of an event source mapping
S3 = "aws:s3"


@dataclass(frozen=True, kw_only=True)
class TopicSource:
    """An SNS topic to which the consumer's queue subscribes."""

    topic_arn: pulumi.Input[str]
    """ARN of the SNS topic."""

    def define(self, context: DeliveryContext) -> QueueDelivery:
        """Define the queue and its subscription."""
        return deliver(context, topics={context.event: self.topic_arn})


@dataclass(frozen=True, kw_only=True)
class BusSource:
    """An EventBridge bus with a rule whose target is the consumer's queue."""

    bus_name: pulumi.Input[str]
    """Name of the event bus."""

    def define(self, context: DeliveryContext) -> QueueDelivery:
        """Define the queue and the rule."""
        rule = BusRule(
            bus_name=self.bus_name, event=context.event, filter=context.subscription.filter
        )
        return deliver(context, rule=rule)


@dataclass(frozen=True, kw_only=True)
class PlainQueueSource:
    """A queue to which other services send."""

    queue: WorkQueue
    """The queue, which is defined before its senders and its reader."""

    def define(self, context: DeliveryContext) -> QueueDelivery:
        """Return how its messages are delivered."""
        return QueueDelivery(queue=self.queue, context=context)


def deliver(
    context: DeliveryContext,
    *,
    topics: Mapping[str, pulumi.Input[str]] | None = None,
    rule: BusRule | None = None,
    bucket: NotifyingBucket | None = None,
) -> QueueDelivery:
    """Define the consumer's queue, filled by *topics*, *rule* and *bucket*."""
    subscription = context.subscription
    queue = WorkQueue(
        context.name,
        WorkQueueArgs(
            alarms=context.platform.alarms,
            topics=topics,
            filter=subscription.filter if topics else None,
            rule=rule,
            bucket=bucket,
            visibility_timeout_seconds=subscription.visibility_timeout_seconds,
            max_receives=subscription.max_receives,
            tags=context.tags,
        ),
        context.opts,
    )
    return QueueDelivery(queue=queue, context=context, event_source=bucket and S3)


@dataclass(frozen=True, kw_only=True)
class QueueDelivery:
    """Messages in a queue of the consumer's own."""

    queue: WorkQueue
    """The queue."""

    context: DeliveryContext
    """What it was defined from."""

    event_source: str | None = None
    """`eventSource` of the records in its messages; None: each message is an event."""

    @property
    def environment(self) -> Mapping[str, pulumi.Input[str]]:
        """The URLs of the queue and of its dead letters, and what the kit does for the consumer."""
        subscription = self.context.subscription
        values: dict[str, pulumi.Input[str]] = {
            "QUEUE_URL": self.queue.url,
            "DEAD_LETTERS_URL": self.queue.dead_letters_url,
        }
        if subscription.filter:
            values["FILTER"] = json.dumps(subscription.filter)
        if subscription.latest_only:
            values["LATEST_ONLY"] = "true"
        if subscription.process is not None and subscription.max_concurrency is not None:
            values["MAX_CONCURRENCY"] = str(subscription.max_concurrency)
        if subscription.process is not None and self.event_source is not None:
            values["EVENT_SOURCE"] = self.event_source
        return {variable(self.context.event, suffix): one for suffix, one in values.items()}

    @property
    def process(self) -> str | None:
        """The subscription's."""
        return self.context.subscription.process

    @property
    def polled_queue(self) -> pulumi.Input[str]:
        """The queue's name."""
        return self.queue.queue_name

    @property
    def statements(self) -> Sequence[Statement]:
        """The permission to receive, and to send what can never be handled to the dead letters."""
        return [*self.queue.allow_receive(), *self.queue.allow_send_dead_letters()]

    def invoke(self, target: FunctionTarget) -> None:
        """Define the event source mapping of the queue."""
        subscription = self.context.subscription
        QueueConsumer(
            f"{self.context.name}-consumer",
            QueueConsumerArgs(
                function_arn=target.function.arn,
                queue_arn=self.queue.arn,
                batch_size=subscription.batch_size,
                window_seconds=subscription.window_seconds,
                max_concurrency=_concurrency(
                    subscription.max_concurrency, target.reserved_concurrency
                ),
                tags=self.context.tags,
            ),
            self.context.opts,
        )


def _concurrency(wanted: int | None, reserved: int | None) -> int | None:
    # Above the reserved concurrency, invocations are throttled and messages return to the queue.
    limits = [limit for limit in (wanted, reserved) if limit is not None]
    return min(MAX_CONCURRENCY, max(MIN_CONCURRENCY, min(limits))) if limits else None
