"""The numbers of a queue's messages, all of one instant in one response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import camelcase_to_underscores
from moto.sqs.models import Queue, SQSBackend

from localcloud.aws.sqs.data.queues import messages

if TYPE_CHECKING:
    from collections.abc import Callable

ATTRIBUTES = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
"""Attributes with the numbers that `Messages.counts` returns."""

_get_attributes = SQSBackend.get_queue_attributes


def install() -> None:
    """Replace moto's counts of its lists of messages."""
    for position, name in enumerate(ATTRIBUTES):
        setattr(Queue, camelcase_to_underscores(name), property(_count(position)))
    SQSBackend.get_queue_attributes = _get


def _count(position: int) -> Callable[[Any], int]:
    return lambda queue: messages(queue).counts()[position]


def _get(self: Any, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
    """Return attributes; a message that becomes visible meanwhile is counted once.

    moto reads each attribute at a time of its own.
    """
    found = _get_attributes(self, queue_name, attribute_names)
    counts = messages(self.get_queue(queue_name)).counts()
    for name, count in zip(ATTRIBUTES, counts, strict=True):
        if name in found:
            found[name] = count
    return found
