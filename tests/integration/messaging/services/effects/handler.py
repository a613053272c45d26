"""Counts how often each event has had its effect."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from kit import batch, settings
from kit.inbox import Inbox

if TYPE_CHECKING:
    from kit.events import Event


@functools.cache
def inbox() -> Inbox:
    """Return the inbox; one client for all invocations of a process."""
    return Inbox.from_environment("seen")


def count(event: Event) -> None:
    """Add one to the number of effects of the event's type and number."""
    effect = {
        "Update": {
            "TableName": settings.text("COUNTS_TABLE"),
            "Key": {"id": f"{event.type}/{event.data['number']}"},
            "UpdateExpression": "ADD effects :one",
            "ExpressionAttributeValues": {":one": 1},
        }
    }
    inbox().write(event, effect)


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a batch of events."""
    return batch.handle(event, context, count)
