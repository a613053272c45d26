"""The messaging layer: one topic for each event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.messaging.event_topic import EventTopic, EventTopicArgs
from stacks.contract import Contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi


@dataclass(frozen=True, kw_only=True)
class MessagingOutputs(Contract):
    """What services need to announce and to hear."""

    layer = "messaging"

    topic_arns: dict[str, pulumi.Output[str]]


def build(
    publishers: Mapping[str, str],
    key_arn: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None = None,
) -> MessagingOutputs:
    """Define a topic for each event of *publishers*, which names the service that announces it."""
    topics = {
        event: EventTopic(event, EventTopicArgs(key_arn=key_arn, tags={"service": publisher}), opts)
        for event, publisher in sorted(publishers.items())
    }
    return MessagingOutputs(topic_arns={event: topic.arn for event, topic in topics.items()})
