"""What the channels with an SQS queue for each consumer have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.model import ChannelSpec

if TYPE_CHECKING:
    from spec.consumers import Consumer, QueueReader

MAX_PLAIN_BATCH = 10  # larger batches need a batching window
OF_STREAMS = ("starting_position", "parallelization", "max_age_hours")


class QueueChannelSpec(ChannelSpec):
    """Base of the channels with an SQS queue for each consumer."""

    def unsupported(self, consumer: Consumer) -> list[str]:
        """Reject what only a stream has, and a large batch without a window."""
        found = [
            f"remove {name}: only a stream has it"
            for name in OF_STREAMS
            if getattr(consumer, name) is not None
        ]
        problem = batch_without_window(consumer)
        return [*found, problem] if problem else found


def batch_without_window(reader: QueueReader) -> str | None:
    """Return what to change in a batch that an event source mapping does not collect."""
    if reader.batch_size <= MAX_PLAIN_BATCH or reader.window_seconds:
        return None
    return f"write batch_size as {MAX_PLAIN_BATCH} or less, or window_seconds as 1 or more"
