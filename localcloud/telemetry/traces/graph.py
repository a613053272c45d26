"""Which service calls which, how often, how long and with how many errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.telemetry.traces.span import ENTRANCES, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.telemetry.traces.span import Span


@dataclass
class Statistics:
    """Requests of a service, or calls between two."""

    requests: int = 0
    errors: int = 0
    """Answered with 4xx."""
    faults: int = 0
    """Failed, or answered with 5xx."""
    seconds: list[float] = field(default_factory=list[float])
    """Duration of each."""

    def add(self, span: Span) -> None:
        """Count *span*."""
        self.requests += 1
        self.errors += span.error
        self.faults += span.fault
        self.seconds.append(span.seconds)

    def percentile(self, percent: float) -> float:
        """Return a percentile of the durations in seconds; 0 without requests."""
        found = sorted(self.seconds)
        return found[min(len(found) - 1, int(len(found) * percent / 100))] if found else 0.0


@dataclass
class Graph:
    """Services and calls in a time."""

    services: dict[str, Statistics] = field(default_factory=dict[str, Statistics])
    """By name: of what arrives."""
    calls: dict[tuple[str, str], Statistics] = field(
        default_factory=dict[tuple[str, str], Statistics]
    )
    """By caller and callee; a callee without spans of its own is named by the client's span."""

    def add(self, spans: Sequence[Span]) -> None:
        """Count the *spans* of one or more whole traces."""
        by_id = {(one.trace_id, one.span_id): one for one in spans}
        continued = {(one.trace_id, one.parent_id) for one in spans if one.kind in ENTRANCES}
        for span in spans:
            parent = by_id.get((span.trace_id, span.parent_id))
            if span.kind in ENTRANCES or parent is None:
                self.services.setdefault(span.service, Statistics()).add(span)
            if parent is not None and parent.service != span.service:
                self.calls.setdefault((parent.service, span.service), Statistics()).add(span)
            is_client = span.kind in (Kind.CLIENT, Kind.PRODUCER)
            if is_client and span.peer and (span.trace_id, span.span_id) not in continued:
                self.calls.setdefault((span.service, span.peer), Statistics()).add(span)


def graph_of(spans: Sequence[Span]) -> Graph:
    """Return the graph of *spans*."""
    graph = Graph()
    graph.add(spans)
    return graph


def skews(spans: Sequence[Span]) -> dict[str, float]:
    """Return by span ID how many seconds the clocks of its service and its parent's differ.

    A span that begins before the one that caused it, in another service, shows it.
    """
    by_id = {one.span_id: one for one in spans}
    found: dict[str, float] = {}
    for span in spans:
        parent = by_id.get(span.parent_id)
        if parent is not None and parent.service != span.service and span.start < parent.start:
            found[span.span_id] = (parent.start - span.start) / 1e9
    return found
