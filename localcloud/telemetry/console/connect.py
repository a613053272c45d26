"""The sources of the console in the telemetry process."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from localcloud.telemetry.console.data import (
    ConsoleError,
    Edge,
    LogLine,
    Sources,
    Span,
    TraceSummary,
)
from localcloud.telemetry.logs.events import LogQuery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from localcloud.telemetry.console.data import LineQuery
    from localcloud.telemetry.context import TelemetryContext
    from localcloud.telemetry.logs.store import LogStore
    from localcloud.telemetry.traces.store import SpanStore

CONTROL_SECONDS = 10
MEGABYTE = 1024 * 1024
TRACE_SECONDS = 7 * 86_400
FUTURE_SECONDS = 3600
"""Clocks of services may be ahead."""
EDGE_SECONDS = 3.0
"""The calls of five minutes can be 50,000 spans: they are not counted at every look."""


def sources(context: TelemetryContext) -> Sources:
    """Return what the pages of *context* are made of."""

    async def control(method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        url = f"{context.endpoint}/_bulkhead/{path}"
        limit = aiohttp.ClientTimeout(total=CONTROL_SECONDS)
        async with context.http.request(method, url, json=body, timeout=limit) as answer:
            found = await answer.json()
            if answer.status >= 300:  # noqa: PLR2004 - HTTP
                raise ConsoleError(answer.status, str(found.get("error", found)))
            return found

    return Sources(
        aws=context.aws,
        control=control,
        files=Files(context.layout.home).read,
        metrics=context.metrics,
        lines=StoredLines(context.logs),
        traces=StoredTraces(context.traces),
        storage=lambda: storage(context),
    )


def storage(context: TelemetryContext) -> dict[str, str]:
    """Return how much the telemetry process stores."""
    database, most = context.database, context.space.max_bytes / MEGABYTE
    totals = {f"Log lines {name}": str(value) for name, value in context.logs.totals().items()}
    found = {
        "Spans": f"{context.traces.count()}",
        "Spans removed, because there were too many": str(context.traces.removed),
        **totals,
        "File": str(database.path),
        "In use": f"{database.size_bytes / MEGABYTE:.1f} MB, at most {most:.0f} MB",
        **{
            f"Deleted, the oldest first, to make space: {kind}": str(number)
            for kind, number in context.space.freed.items()
        },
    }
    if database.set_aside is not None:
        found["Broken file"] = f"set aside as {database.set_aside.name}: what it had is missing"
    return found


@dataclass
class Files:
    """JSON files below *home*, read again when they have been replaced."""

    home: Path
    _known: dict[str, tuple[tuple[int, int], Any]] = field(
        default_factory=dict[str, tuple[tuple[int, int], Any]]
    )

    def read(self, path: str) -> Any:
        """Return the content of a file; {} if there is none."""
        file = self.home / path
        try:
            found = file.stat()
            version = found.st_ino, found.st_mtime_ns
            if self._known.get(path, (None, None))[0] != version:
                self._known[path] = version, json.loads(file.read_text())
        except (OSError, ValueError):  # it is being written, or was removed
            return self._known[path][1] if file.exists() and path in self._known else {}
        return self._known[path][1]


@dataclass
class StoredLines:
    """The log store."""

    store: LogStore

    def find(self, query: LineQuery) -> Sequence[LogLine]:
        """Return the last lines that match, the latest last."""
        found = self.store.search(
            LogQuery(
                groups=tuple(query.groups),
                start=query.start,
                end=query.end,
                text=query.text,
                level=query.level,
                correlation_id=query.correlation_id,
                trace_id=query.trace_id,
                newest_first=True,
                limit=query.limit,
            )
        )
        return [LogLine(one.timestamp, one.group, one.stream, one.message) for one in found[::-1]]


@dataclass
class StoredTraces:
    """The span store."""

    store: SpanStore
    _edges: tuple[float, Sequence[Edge]] = (0.0, ())

    def spans(self, trace_id: str) -> Sequence[Span]:
        """Return the spans of a trace, in order of time; none if it is unknown."""
        return [
            Span(
                one.trace_id,
                one.span_id,
                one.parent_id,
                one.service,
                one.name,
                one.kind.name.lower(),
                one.start,
                one.end,
                (one.message or f"status {one.status}") if one.failed or one.fault else "",
                one.attributes,
            )
            for one in self.store.trace(trace_id)
        ]

    def recent(self, service: str, *, errors_only: bool, limit: int) -> Sequence[TraceSummary]:
        """Return summaries of the latest traces; *service* '' means all."""
        end = time.time() + FUTURE_SECONDS
        found = self.store.summaries(
            end - TRACE_SECONDS, end, service=service, failed=errors_only, limit=limit
        )
        return [
            TraceSummary(
                one.trace_id,
                one.start / 1e9,
                one.seconds * 1000,
                one.root.name,
                one.root.service,
                one.services,
                one.spans,
                int(one.failed or one.fault),
            )
            for one in found
        ]

    def edges(self, start: int, end: int) -> Sequence[Edge]:
        """Return the calls between services; they are read again after EDGE_SECONDS."""
        now = time.monotonic()
        if now - self._edges[0] > EDGE_SECONDS:
            graph = self.store.graph(start, end)
            found = [
                Edge(*pair, one.requests, one.faults, one.percentile(99) * 1000)
                for pair, one in graph.calls.items()
            ]
            self._edges = now, found
        return self._edges[1]
