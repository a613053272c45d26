"""`/traces`: the latest traces, and one as a waterfall with the log lines between its spans."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.console import skew, waterfall
from localcloud.telemetry.console.data import ConsoleError, LineQuery
from localcloud.telemetry.console.masking import masked, masked_text
from localcloud.telemetry.console.page import Page
from localcloud.telemetry.console.pages.logs import service_of_groups, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.console.data import Request, Sources, Span
    from localcloud.telemetry.console.page import Data

TRACE_ID = re.compile(r"(?:1-)?[0-9a-f]{8}-?[0-9a-f]{24}")
LIMIT = 100
MAX_SPANS, MAX_LINES = 500, 500
CALLS = ("client", "producer")
MILLION = 1e6


async def load_all(sources: Sources, request: Request) -> Data:
    """Return the data of the list."""
    service = request.query.get("service", "")
    errors = request.query.get("errors", "") == "1"
    return {
        "filter": {"service": service, "errors": errors},
        "services": sorted(sources.services()),
        "limit": LIMIT,
        "traces": [
            {
                "id": one.trace_id,
                "start": one.start,
                "duration_ms": round(one.duration_ms, 2),
                "name": masked_text(one.name),
                "service": one.service,
                "services": list(one.services),
                "spans": one.spans,
                "errors": one.errors,
            }
            for one in sources.traces.recent(service, errors_only=errors, limit=LIMIT)
        ],
    }


async def load_one(sources: Sources, request: Request) -> Data:
    """Return the data of a trace."""
    asked = request.path["id"]
    if not TRACE_ID.fullmatch(asked):
        raise ConsoleError(404, f"{asked} is not the ID of a trace.", "See /traces.")
    trace_id = asked.removeprefix("1-").replace("-", "")
    spans = sources.traces.spans(trace_id)
    owners = service_of_groups(sources)
    lines = sources.lines.find(LineQuery(trace_id=trace_id, limit=MAX_LINES))
    if not spans and not lines:
        raise ConsoleError(
            404, f"There is no trace {asked}.", "It may have been removed, or not be sampled."
        )
    start = min((one.start for one in spans), default=0)
    end = max((one.end for one in spans), default=start)
    skews = skew.skews(spans, sources.clock())
    rows = [_row(depth, one, start, skews) for depth, one in waterfall.tree(spans)[:MAX_SPANS]]
    events = [{"at": start + int(row["offset_ms"] * MILLION), "span": row} for row in rows]
    events += [{"at": one.time * 1_000_000, "line": shown(one, owners)} for one in lines]
    calls = Counter((one.service, one.name) for one in spans if one.kind in CALLS)
    return {
        "id": trace_id,
        "start": start / 1e9,
        "duration_ms": round((end - start) / MILLION, 3),
        "span_count": len(spans),
        "limit": MAX_SPANS,
        "hops": max(map(_hops, spans), default=0),
        "services": sorted({one.service for one in spans}),
        "clocks_differ": sorted({one.service for one in spans if one.span_id in skews}),
        "calls": [
            {"service": service, "name": name, "calls": count}
            for (service, name), count in calls.most_common()
        ],
        "spans": rows,
        "events": sorted(events, key=lambda one: one["at"]),
    }


def _row(depth: int, span: Span, start: int, skews: Mapping[str, float]) -> dict[str, Any]:
    differs = skews.get(span.span_id, 0.0)
    return {
        "id": span.span_id,
        "parent": span.parent_id,
        "label": f"{span.service}: {masked_text(span.name)}",
        "service": span.service,
        "kind": span.kind,
        "depth": depth,
        "offset_ms": round((span.start - start) / MILLION, 3),
        "duration_ms": round((span.end - span.start) / MILLION, 3),
        "clock_differs_ms": differs,
        "clock": skew.sentence(differs),
        "error": masked_text(span.error),
        "attributes": {name: str(one) for name, one in masked(dict(span.attributes)).items()},
    }


def _hops(span: Span) -> int:
    found = str(span.attributes.get("hops", span.attributes.get("bulkhead.hops", 0)))
    return int(found) if found.isdecimal() else 0


LIST = Page("traces", "/traces", "Traces", load_all)
ONE = Page("trace", "/traces/{id}", "Trace", load_one, in_menu=False)
