"""What the channels with an SQS queue for each consumer have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.model import ChannelSpec

if TYPE_CHECKING:
    from spec.consumers import Consumer

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
        if consumer.batch_size > MAX_PLAIN_BATCH and consumer.window_seconds == 0:
            found.append(
                f"write batch_size as {MAX_PLAIN_BATCH} or less, or window_seconds as 1 or more"
            )
        return found
