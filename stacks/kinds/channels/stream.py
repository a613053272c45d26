"""A Kinesis data stream for an event."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from components.messaging.event_stream import EventStream, EventStreamArgs
from components.service.stream_source import StreamSource
from spec.channels.stream import StreamChannel
from stacks.channels import Channel
from stacks.dead_letters import stream_dead_letters

if TYPE_CHECKING:
    from components.data.object_bucket import ObjectBucket
    from spec.consumers import Consumer
    from stacks.channels import ChannelContext

KIND = StreamChannel.KIND
HOUR = 3600
POSITIONS = {None: "TRIM_HORIZON", "trim-horizon": "TRIM_HORIZON", "latest": "LATEST"}


def define(spec: StreamChannel, context: ChannelContext) -> Channel:
    """Define the stream, and the bucket of dead letters for the first one."""
    stream = EventStream(
        context.event,
        EventStreamArgs(
            key_arn=context.platform.key.arn,
            alarms=context.platform.alarms,
            retention_hours=spec.retention_hours,
            deletion_protection=context.platform.data_protection.deletion_protection,
            tags=context.tags,
        ),
        context.own_opts,
    )
    dead_letters = stream_dead_letters(context.shared, context.platform)
    return Channel(
        variables={StreamChannel.VARIABLE: stream.stream_name},
        statements=stream.allow_publish(),
        source=partial(_source, spec, stream, dead_letters),
    )


def _source(
    spec: StreamChannel, stream: EventStream, dead_letters: ObjectBucket, consumer: Consumer
) -> StreamSource:
    position = consumer.starting_position
    return StreamSource(
        stream=stream,
        dead_letters=dead_letters,
        max_age_seconds=spec.max_age_hours(consumer) * HOUR,
        starting_position=POSITIONS.get(position) or str(position),
        parallelization=consumer.parallelization or StreamSource.parallelization,
    )
