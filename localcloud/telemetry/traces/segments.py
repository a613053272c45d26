"""X-Ray's segment documents of spans."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.traces.span import ENTRANCES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from localcloud.telemetry.traces.span import Span

NANOSECONDS = 1e9
MAX_DEPTH = 50
"""Of subsegments; deeper ones are left out."""


def xray_id(trace_id: str) -> str:
    """Return a trace ID in X-Ray's form."""
    return f"1-{trace_id[:8]}-{trace_id[8:]}"


def w3c_id(trace_id: str) -> str:
    """Return a trace ID in X-Ray's or W3C's form in the latter."""
    return trace_id.removeprefix("1-").replace("-", "")


def segments(spans: Sequence[Span]) -> Iterator[dict[str, Any]]:
    """Yield a segment for each span with which a service's work begins, with its parts."""
    by_id = {one.span_id: one for one in spans}
    children: dict[str, list[Span]] = {}
    roots: list[Span] = []
    for span in spans:
        parent = by_id.get(span.parent_id)
        if parent is None or span.kind in ENTRANCES or parent.service != span.service:
            roots.append(span)
        else:
            children.setdefault(span.parent_id, []).append(span)
    for root in roots:
        document = _document(root, children, MAX_DEPTH)
        document |= {"trace_id": xray_id(root.trace_id), "name": root.service}
        if root.parent_id:
            document["parent_id"] = root.parent_id
        yield {"Id": root.span_id, "Document": json.dumps(document)}


def _document(span: Span, children: dict[str, list[Span]], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": span.span_id,
        "name": span.peer or span.name,
        "start_time": span.start / NANOSECONDS,
        "end_time": span.end / NANOSECONDS,
        "fault": span.fault,
        "error": span.error,
        "throttle": span.throttled,
        "metadata": {"default": {**span.attributes, "otel.resource": dict(span.resource)}},
        "annotations": {
            name.replace(".", "_"): value
            for name, value in span.attributes.items()
            if isinstance(value, str | int | float)
        },
        "links": list(span.links),
    }
    if span.kind in (Kind.CLIENT, Kind.PRODUCER):
        found["namespace"] = "aws" if "rpc.service" in span.attributes else "remote"
    if method := span.attributes.get("http.request.method"):
        path = span.attributes.get("url.path") or span.attributes.get("http.route", "")
        found["http"] = {"request": {"method": method, "url": path}}
        if span.status:
            found["http"]["response"] = {"status": span.status}
    if span.message:
        found["cause"] = {"exceptions": [{"message": span.message}]}
    if depth and (parts := children.get(span.span_id)):
        found["subsegments"] = [_document(one, children, depth - 1) for one in parts]
    return found
