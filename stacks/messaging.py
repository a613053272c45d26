"""The messaging layer: an SNS topic for each event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.messaging.event_topic import EventTopic, EventTopicArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.data.encryption_key import EncryptionKey


def build(
    publishers: Mapping[str, str],
    key: EncryptionKey,
    opts: pulumi.ResourceOptions | None = None,
) -> dict[str, EventTopic]:
    """Define a topic for each event of *publishers*, which maps events to services."""
    return {
        event: EventTopic(event, EventTopicArgs(key_arn=key.arn, tags={"service": service}), opts)
        for event, service in sorted(publishers.items())
    }
