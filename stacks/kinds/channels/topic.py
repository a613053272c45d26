"""An SNS topic for an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.messaging.event_topic import EventTopic, EventTopicArgs
from components.service.queue_sources import TopicSource
from spec.channels.topic import TopicChannel
from stacks.channels import Channel

if TYPE_CHECKING:
    from stacks.channels import ChannelContext

KIND = TopicChannel.KIND


def define(spec: TopicChannel, context: ChannelContext) -> Channel:
    """Define the topic."""
    del spec
    args = EventTopicArgs(key_arn=context.platform.key.arn, tags=context.tags)
    topic = EventTopic(context.event, args, context.opts)
    return Channel(
        variables={TopicChannel.VARIABLE: topic.arn},
        statements=topic.allow_publish(),
        source=lambda _: TopicSource(topic_arn=topic.arn),
    )
