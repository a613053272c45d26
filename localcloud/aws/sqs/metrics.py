"""`AWS/SQS`: messages sent, received and deleted, and those that are in the queues.

Like SQS, a queue reports while it is active: until six hours after the last call.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from moto.core.utils import unix_time_millis
from moto.sqs.models import sqs_backends

from localcloud.aws.journal import JOURNAL
from localcloud.measurements import MEASUREMENTS, MINUTE

if TYPE_CHECKING:
    from moto.sqs.models import Message

    from localcloud.measurements import Measurements

NAMESPACE = "AWS/SQS"
ACTIVE_SECONDS = 6 * 3600
GAUGES = (
    "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_called: dict[str, float] = {}
_minutes: WeakKeyDictionary[Measurements, int] = WeakKeyDictionary()
"""The last minute that was measured."""


def sent(queue: Any, message: Message) -> None:
    """Count a message that was sent to *queue*."""
    dimensions = _dimensions(queue)
    MEASUREMENTS.add(NAMESPACE, "NumberOfMessagesSent", dimensions=dimensions)
    size = float(len(message.body.encode()))
    MEASUREMENTS.add(NAMESPACE, "SentMessageSize", size, unit="Bytes", dimensions=dimensions)


def received(queue: Any, number: int) -> None:
    """Count a call that received a *number* of messages."""
    name = "NumberOfMessagesReceived" if number else "NumberOfEmptyReceives"
    MEASUREMENTS.add(NAMESPACE, name, float(number or 1), dimensions=_dimensions(queue))


def deleted(queue: Any) -> None:
    """Count a message that was deleted."""
    MEASUREMENTS.add(NAMESPACE, "NumberOfMessagesDeleted", dimensions=_dimensions(queue))


def measure(measurements: Measurements) -> None:
    """Add the number of messages in each active queue, and the age of the oldest, once a minute.

    SQS has one value of each in a minute: so their sum is their average.
    """
    now = time.time()
    minute = int(now) // MINUTE
    if _minutes.get(measurements) == minute:
        return
    _minutes[measurements] = minute
    with JOURNAL.lock:
        queues = [
            queue
            for _, _, backend in sqs_backends.iter_backends()
            for queue in backend.queues.values()  # type: ignore[attr-defined]
        ]
        counted = [(queue.name, *_counts(queue)) for queue in queues]
    for name, counts, age in counted:
        if any(counts):
            _called[name] = now
        if now - _called.get(name, 0) > ACTIVE_SECONDS:
            continue
        dimensions = {"QueueName": name}
        for metric, value in zip(GAUGES, counts, strict=True):
            measurements.add(NAMESPACE, metric, float(value), dimensions=dimensions)
        measurements.add(
            NAMESPACE, "ApproximateAgeOfOldestMessage", age, unit="Seconds", dimensions=dimensions
        )


def _counts(queue: Any) -> tuple[tuple[int, int, int], float]:
    store = queue.__dict__.get("bulkhead_messages")
    if store is None:
        return (0, 0, 0), 0.0
    sent_at = store.oldest_sent_at_ms
    age = 0.0 if sent_at is None else max(0.0, unix_time_millis() - sent_at) // 1000
    return store.counts(), age


def _dimensions(queue: Any) -> dict[str, str]:
    _called[queue.name] = time.time()
    return {"QueueName": queue.name}
