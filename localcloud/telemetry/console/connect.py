"""The sources of the console in the telemetry process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from localcloud.telemetry.console.data import ConsoleError, Sources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from localcloud.telemetry.console.data import (
        Datapoint,
        Edge,
        LineQuery,
        LogLine,
        Span,
        TraceSummary,
    )
    from localcloud.telemetry.context import TelemetryContext

CONTROL_SECONDS = 10
MEGABYTE = 1024 * 1024


def sources(context: TelemetryContext) -> Sources:
    """Return what the pages of *context* are made of."""
    empty = Nothing()

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
        metrics=empty,
        lines=empty,
        traces=empty,
        storage=lambda: storage(context),
    )


def storage(context: TelemetryContext) -> dict[str, str]:
    """Return how much the telemetry process stores."""
    database = context.database
    found = {
        "File": str(database.path),
        "In use": f"{database.size_bytes / MEGABYTE:.1f} MB",
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


class Nothing:
    """A store without content."""

    def series(self, *_: object) -> Sequence[Datapoint]:
        """Return no datapoints."""
        return ()

    def find(self, query: LineQuery) -> Sequence[LogLine]:
        """Return no lines."""
        del query
        return ()

    def spans(self, trace_id: str) -> Sequence[Span]:
        """Return no spans."""
        del trace_id
        return ()

    def recent(self, service: str, *, errors_only: bool, limit: int) -> Sequence[TraceSummary]:
        """Return no traces."""
        del service, errors_only, limit
        return ()

    def edges(self, start: int, end: int) -> Sequence[Edge]:
        """Return no calls."""
        del start, end
        return ()
