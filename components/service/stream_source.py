"""Events that a function reads from a Kinesis data stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.compute.stream_consumer import StreamConsumer, StreamConsumerArgs
from components.service.environment import variable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.access import Statement
    from components.data.object_bucket import ObjectBucket
    from components.messaging.event_stream import EventStream
    from components.service.subscriptions import DeliveryContext, FunctionTarget

PREFIX = "aws/lambda"
"""Of the objects that Lambda writes to an on-failure destination."""


@dataclass(frozen=True, kw_only=True)
class StreamSource:
    """A Kinesis data stream and where its consumer begins to read."""

    stream: EventStream
    """The stream."""

    dead_letters: ObjectBucket
    """Bucket for the batches that the function could not process."""

    max_age_seconds: int
    """Age at which a record moves to the dead letters."""

    starting_position: str = "TRIM_HORIZON"
    """`TRIM_HORIZON`, `LATEST`, or a time in UTC."""

    parallelization: int = 1
    """Number of batches of a shard at a time."""

    def define(self, context: DeliveryContext) -> StreamDelivery:
        """Return how the records are delivered; the consumer owns nothing but the mapping."""
        return StreamDelivery(source=self, context=context)


@dataclass(frozen=True, kw_only=True)
class StreamDelivery:
    """Records of a stream, which Lambda reads for the function."""

    source: StreamSource
    """The stream."""

    context: DeliveryContext
    """The consumer."""

    @property
    def environment(self) -> Mapping[str, pulumi.Input[str]]:
        """Where the function writes a record that it can never handle."""
        url = pulumi.Output.concat("s3://", self.source.dead_letters.bucket_name, "/", PREFIX)
        return {variable(self.context.event, "DEAD_LETTERS_URL"): url}

    @property
    def statements(self) -> Sequence[Statement]:
        """The permission to read the stream, and to write dead letters."""
        return [*self.source.stream.allow_read(), *self.source.dead_letters.allow_add(PREFIX)]

    @property
    def process(self) -> None:
        """None: it invokes a function."""
        return

    @property
    def polled_queue(self) -> None:
        """None: only functions read streams."""
        return

    def invoke(self, target: FunctionTarget) -> None:
        """Define the event source mapping of the stream, and the alarm on what the kit refuses."""
        subscription, platform = self.context.subscription, self.context.platform
        make_alarm(
            f"{self.context.name}-consumer-refused",
            Alarm(
                kind=AlarmKind.DEAD_LETTERS,
                description=(
                    f"{self.context.service} can never handle records of the stream of"
                    f" {self.context.event}: they wait in its dead letters, with the reason"
                ),
                namespace=platform.metrics_namespace,
                metric="DeadLetters",  # of the kit: Lambda does not see that they failed
                dimensions={
                    "service": self.context.service,
                    "stream": self.source.stream.stream_name,
                },
                threshold=0,
            ),
            platform.alarms,
            self.context.opts,
            self.context.tags,
        )
        StreamConsumer(
            f"{self.context.name}-consumer",
            StreamConsumerArgs(
                function=target.function,
                stream_arn=self.source.stream.arn,
                dead_letters_arn=self.source.dead_letters.arn,
                alarms=self.context.platform.alarms,
                batch_size=subscription.batch_size,
                window_seconds=subscription.window_seconds,
                max_attempts=subscription.max_receives,
                max_age_seconds=self.source.max_age_seconds,
                starting_position=self.source.starting_position,
                parallelization=self.source.parallelization,
                pattern={"data": dict(subscription.filter)} if subscription.filter else None,
                tags=self.context.tags,
            ),
            self.context.opts,
        )
