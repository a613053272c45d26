"""CloudWatch Logs: the stored events, filter patterns, and what follows from an event."""

from __future__ import annotations

from localcloud.telemetry.logs.events import LogBatch, LogEvent, LogQuery, Position, StoredEvent
from localcloud.telemetry.logs.store import LogStore

__all__ = ["LogBatch", "LogEvent", "LogQuery", "LogStore", "Position", "StoredEvent"]
