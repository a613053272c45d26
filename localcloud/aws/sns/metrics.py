"""`AWS/SNS`: messages of topics, and their notifications by what became of them."""

from __future__ import annotations

import json
from typing import Any

from localcloud.measurements import MEASUREMENTS

NAMESPACE = "AWS/SNS"
FILTERED = "NumberOfNotificationsFilteredOut"


def published(topic: Any, message: str, message_attributes: dict[str, Any] | None) -> None:
    """Count a message, and its size with its attributes."""
    _add(topic, "NumberOfMessagesPublished")
    size = len(message.encode())
    for name, attribute in (message_attributes or {}).items():
        parts = (name, attribute.get("Type") or "", attribute.get("Value") or "")
        size += sum(len(part if isinstance(part, bytes) else str(part).encode()) for part in parts)
    dimensions = {"TopicName": topic.name}
    MEASUREMENTS.add(NAMESPACE, "PublishSize", float(size), unit="Bytes", dimensions=dimensions)


def delivered(topic: Any) -> None:
    """Count a notification that an endpoint took."""
    _add(topic, "NumberOfNotificationsDelivered")


def failed(topic: Any) -> None:
    """Count a notification that was given up."""
    _add(topic, "NumberOfNotificationsFailed")


def redriven(topic: Any, *, succeeded: bool) -> None:
    """Count a notification that went to the dead letters, or could not."""
    how = "Redriven" if succeeded else "FailedToRedrive"
    _add(topic, f"NumberOfNotifications{how}ToDlq")


def filtered_out(
    topic: Any, scope: str, message: str, message_attributes: dict[str, Any] | None
) -> None:
    """Count a notification that the filter policy of its subscription rejected, and why."""
    _add(topic, FILTERED)
    _add(topic, f"{FILTERED}-{scope}")
    if scope == "MessageAttributes":
        if not message_attributes:
            _add(topic, f"{FILTERED}-NoMessageAttributes")
        return
    try:
        json.loads(message)
    except ValueError:
        _add(topic, f"{FILTERED}-InvalidMessageBody")


def _add(topic: Any, name: str) -> None:
    MEASUREMENTS.add(NAMESPACE, name, dimensions={"TopicName": topic.name})
