"""What a source of records implements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Shard:
    """A shard of a stream."""

    id: str
    parents: tuple[str, ...] = ()
    """Shards that were split or merged into it."""


@dataclass(frozen=True)
class Position:
    """Where to begin in a shard."""

    after: str | None = None
    """Sequence number of the last record that was handled; None: the oldest record."""

    not_before: float | None = None
    """Arrival time of the oldest record to deliver, in seconds since the epoch. A reader whose
    service has no such iterator may begin earlier: older records are left out."""


@dataclass(frozen=True)
class Record:
    """A record of a shard."""

    sequence: str
    """Sequence number."""

    key: str
    """Records with the same key are delivered in order."""

    arrived_at: float
    """Arrival time in seconds since the epoch."""

    size: int
    """Approximate size in the event in bytes."""

    event: dict[str, Any]
    """The record in the function's event."""

    for_patterns: dict[str, Any]
    """The record as filter patterns see it."""


@dataclass(frozen=True)
class Page:
    """Records of one call."""

    records: Sequence[Record]

    next_iterator: str | None
    """Iterator of the next call; None at the end of a closed shard."""


class StreamReader(Protocol):
    """Reads one stream."""

    batch_info: str
    """Name of the member with the batch in a record of a failure: `KinesisBatchInfo`."""

    changes: str
    """Name in the change feed that announces new records."""

    async def shards(self) -> list[Shard]:
        """Return every shard of the stream."""
        ...

    async def iterator(self, shard_id: str, position: Position) -> str:
        """Return an iterator of the shard."""
        ...

    async def records(self, shard_id: str, iterator: str) -> Page:
        """Return the next records of the shard; an empty page if there are none yet."""
        ...
