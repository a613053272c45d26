"""CloudWatch Logs events, journalled in batches; the oldest of a stream are dropped."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.logs.models import LogEvent, LogGroup, LogsBackend, LogStream, logs_backends

from localcloud.aws import pickling
from localcloud.aws.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_EVENTS = 10_000
"""Events kept of a stream."""

NOT_SAVED = ("events", "bulkhead_batches")
"""Attributes of a stream that are journalled instead of pickled."""

_put_log_events = LogStream.put_log_events


def install() -> None:
    """Journal batches of events."""
    pickling.REDUCTIONS[LogStream] = pickling.without(*NOT_SAVED)
    LogStream.put_log_events = _put  # type: ignore[method-assign]
    LogGroup.delete_log_stream = _forgetting_stream(LogGroup.delete_log_stream)  # type: ignore[method-assign]
    LogsBackend.delete_log_group = _forgetting_group(LogsBackend.delete_log_group)  # type: ignore[method-assign]


def put_back(collection: str, key: str, value: bytes) -> None:
    """Restore a batch of events."""
    _, account, region, group, stream = collection.split(" ", 4)
    found = logs_backends[account][region].groups.get(group)
    log_stream: Any = found and found.streams.get(stream)
    if not log_stream:
        return
    events = log_stream.__dict__.setdefault("events", [])
    rows = json.loads(value)
    for ingested, timestamp, message in rows:
        events.append(LogEvent(ingested, {"timestamp": timestamp, "message": message}))
        log_stream.last_ingestion_time = datetime.fromtimestamp(ingested / 1000, tz=UTC)
    number = int(key)
    _batches(log_stream).append((number, len(rows)))
    log_stream.upload_sequence_token = log_stream.bulkhead_next = number + 1


def after_load() -> None:
    """Add the empty list of empty streams."""
    for _, _, backend in logs_backends.iter_backends():
        for group in backend.groups.values():  # type: ignore[attr-defined]
            for stream in group.streams.values():
                stream.__dict__.setdefault("events", [])


def _put(self: Any, log_events: list[dict[str, Any]]) -> str:
    before = len(self.events)
    token = _put_log_events(self, log_events)
    number = getattr(self, "bulkhead_next", 1)
    self.bulkhead_next = number + 1
    rows = [(e.ingestion_time, e.timestamp, e.message) for e in self.events[before:]]
    JOURNAL.put(_collection(self), f"{number:016d}", json.dumps(rows).encode())
    batches = _batches(self)
    batches.append((number, len(rows)))
    while len(self.events) > KEPT_EVENTS and len(batches) > 1:
        oldest, count = batches.pop(0)
        del self.events[:count]
        JOURNAL.delete(_collection(self), f"{oldest:016d}")
    return token


def _batches(stream: Any) -> list[tuple[int, int]]:
    return stream.__dict__.setdefault("bulkhead_batches", [])


def _forgetting_stream(delete: Callable[..., Any]) -> Callable[..., Any]:
    def deleted(self: Any, log_stream_name: str) -> Any:
        stream = self.streams.get(log_stream_name)
        answer = delete(self, log_stream_name)
        JOURNAL.clear(_collection(stream))
        return answer

    return deleted


def _forgetting_group(delete: Callable[..., Any]) -> Callable[..., Any]:
    def deleted(self: Any, log_group_name: str) -> Any:
        group = self.groups.get(log_group_name)
        answer = delete(self, log_group_name)
        for stream in group.streams.values() if group else ():
            JOURNAL.clear(_collection(stream))
        return answer

    return deleted


def _collection(stream: Any) -> str:
    group = stream.log_group
    return f"logs {group.account_id} {group.region} {group.name} {stream.log_stream_name}"
