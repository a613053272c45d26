"""Log events, and what to ask for of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

CORRELATION = ("correlation_id", "correlationId")
TRACE = ("trace_id", "traceId", "xray_trace_id")
EVENT_OVERHEAD_BYTES = 26
"""What CloudWatch Logs counts for each event beside its text."""


class LogEvent(NamedTuple):
    """One event as it was sent."""

    timestamp: int
    """Milliseconds since the epoch."""
    message: str
    ingested: int
    """Milliseconds since the epoch."""


class StoredEvent(NamedTuple):
    """One stored event; ids rise in the order of arrival."""

    id: int
    region: str
    group: str
    stream: str
    timestamp: int
    ingested: int
    message: str
    level: str | None
    """`level` of a line in JSON, in capitals."""
    correlation_id: str | None
    trace_id: str | None

    @property
    def aws_id(self) -> str:
        """The id in AWS's form."""
        return f"{self.id:056d}"


@dataclass(frozen=True)
class LogBatch:
    """Events of one stream that arrived together."""

    account: str
    region: str
    group: str
    stream: str
    events: Sequence[StoredEvent]


class Position(NamedTuple):
    """A place in the order by time."""

    timestamp: int
    id: int


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """What to find; an empty field admits everything."""

    region: str = ""
    groups: Sequence[str] = ()
    streams: Sequence[str] = ()
    stream_prefix: str = ""
    start: int | None = None
    """First millisecond."""
    end: int | None = None
    """Last millisecond."""
    text: str = ""
    """Occurs in the message, in small or capital letters."""
    level: str = ""
    correlation_id: str = ""
    trace_id: str = ""
    after: Position | None = None
    """Only later events than the one here."""
    before: Position | None = None
    """Only earlier events than the one here."""
    newest_first: bool = False
    limit: int = 1_000


class Labels(NamedTuple):
    """What a line in JSON says about itself."""

    level: str | None = None
    correlation_id: str | None = None
    trace_id: str | None = None


def labels_of(message: str) -> Labels:
    """Return the labels of a line; empty ones if it is not a JSON object."""
    if not message.startswith("{"):
        return Labels()
    try:
        entry: Any = json.loads(message)
    except (ValueError, RecursionError):
        return Labels()
    level = entry.get("level")
    return Labels(
        level.upper() if isinstance(level, str) else None,
        _first(entry, CORRELATION),
        _first(entry, TRACE),
    )


def _first(entry: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        found = entry.get(name)
        if isinstance(found, str) and found:
            return found
    return None
