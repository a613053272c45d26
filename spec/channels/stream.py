"""A Kinesis data stream that functions read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from spec.model import ChannelSpec

if TYPE_CHECKING:
    from spec.consumers import Consumer

DAY, WEEK, YEAR = 24, 168, 8760  # hours; Kinesis keeps records for a day to a year


class StreamChannel(ChannelSpec):
    """A Kinesis data stream in on-demand mode; records of a subject stay in order."""

    KIND = "stream"
    VARIABLE = "STREAM_NAME"

    kind: Literal["stream"]
    """A Kinesis data stream."""

    retention_hours: int = Field(default=WEEK, ge=DAY, le=YEAR)
    """Hours that records are kept, within which they can be read again."""

    def unsupported(self, consumer: Consumer) -> list[str]:
        """Reject what only a queue has, and a maximum age beyond the retention."""
        found = [
            f"remove {name}: {why}"
            for name, why in (
                ("visibility_timeout_seconds", "a stream has none"),
                ("max_concurrency", "write parallelization for a stream"),
                (
                    "process",
                    "only functions read streams",
                ),
            )
            if getattr(consumer, name) is not None
        ]
        if consumer.latest_only:
            found.append("remove latest_only: a stream keeps the order of a subject")
        if (consumer.max_age_hours or 0) >= self.retention_hours:
            found.append(
                f"write max_age_hours as {self.retention_hours - 1} or less: the stream keeps its"
                f" records for {self.retention_hours} hours"
            )
        return found

    def max_age_hours(self, consumer: Consumer) -> int:
        """Return the age at which *consumer* sends a record to the dead letters."""
        return consumer.max_age_hours or min(self.retention_hours, WEEK) - 1
