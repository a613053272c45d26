"""What the pages are made of: protocols of the stores, and the sources that a page may ask."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

MAX_REMEMBERED = 500


class ConsoleError(Exception):
    """Raised for a request that has no page: a status, a message and what to do."""

    def __init__(self, status: int, message: str, do: str = "") -> None:
        """Describe the error; *do* is a sentence."""
        super().__init__(message)
        self.status, self.message, self.do = status, message, do


class Datapoint(Protocol):
    """The statistics of one period of a metric."""

    @property
    def time(self) -> int:
        """Start of the period, in seconds since the epoch."""
        ...

    def statistic(self, name: str) -> float:
        """Return a statistic such as `Sum` or `p99`."""
        ...


class Metrics(Protocol):
    """The metric store."""

    def series(  # noqa: PLR0913, PLR0917 - what identifies a series
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        start: int,
        end: int,
        period: int,
        unit: str | None = None,
    ) -> Sequence[Datapoint]:
        """Return the periods of a metric that have data."""
        ...


@dataclass(frozen=True)
class LineQuery:
    """Which log lines are wanted."""

    text: str = ""
    level: str = ""
    correlation_id: str = ""
    trace_id: str = ""
    groups: frozenset[str] = frozenset()
    """Names of log groups; empty: all."""
    start: int = 0
    end: int | None = None
    """Milliseconds since the epoch."""
    limit: int = 200


@dataclass(frozen=True)
class LogLine:
    """A log event."""

    time: int
    """Milliseconds since the epoch."""
    group: str
    stream: str
    message: str


class Lines(Protocol):
    """The log store."""

    def find(self, query: LineQuery) -> Sequence[LogLine]:
        """Return the last lines that match, the latest last."""
        ...


@dataclass(frozen=True)
class Span:
    """A unit of work in a trace; times are nanoseconds since the epoch."""

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    kind: str
    start: int
    end: int
    error: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class TraceSummary:
    """A trace in a list."""

    trace_id: str
    start: float
    """Seconds since the epoch."""
    duration_ms: float
    name: str
    service: str
    services: Sequence[str]
    spans: int
    errors: int


@dataclass(frozen=True)
class Edge:
    """Calls from one service to another; `caller` is empty for entrances."""

    caller: str
    callee: str
    calls: int
    errors: int
    p99_ms: float


class Traces(Protocol):
    """The span store."""

    def spans(self, trace_id: str) -> Sequence[Span]:
        """Return the spans of a trace, in order of time; none if it is unknown."""
        ...

    def recent(self, service: str, *, errors_only: bool, limit: int) -> Sequence[TraceSummary]:
        """Return summaries of the latest traces; *service* '' means all."""
        ...

    def edges(self, start: int, end: int) -> Sequence[Edge]:
        """Return the calls between services in a span of seconds since the epoch."""
        ...


class Aws(Protocol):
    """Calls the emulated AWS API."""

    async def __call__(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """Return the response of an operation; raises ClientError."""
        ...


class Control(Protocol):
    """Calls the control plane's internal routes."""

    async def __call__(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON of a route below `/_bulkhead/`; raises ConsoleError."""
        ...


@dataclass(frozen=True)
class Sources:
    """Everything that a page may ask."""

    aws: Aws
    control: Control
    files: Callable[[str], Any]
    """Returns the content of a JSON file of the local environment, as `run/catalogue.json`; {} if
    there is none."""
    metrics: Metrics
    lines: Lines
    traces: Traces
    storage: Callable[[], Mapping[str, Any]] = dict[str, Any]
    """Returns what telemetry stores: sizes, limits and what was removed."""
    clock: Callable[[], float] = time.time
    _memory: dict[str, tuple[float, Any]] = field(default_factory=dict[str, tuple[float, Any]])

    def remembered(self, name: str, seconds: float, compute: Callable[[], Any]) -> Any:
        """Return what *compute* returned within the last *seconds*, or returns now."""
        at, value = self._memory.get(name, (0.0, None))
        if self.clock() - at > seconds:
            value = compute()
            self._memory[name] = self.clock(), value
        return value

    async def remembered_answer(
        self, name: str, seconds: float, ask: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Return what *ask* answered within the last *seconds*, or answers now."""
        at, value = self._memory.get(name, (0.0, None))
        if self.clock() - at > seconds:
            value = await ask()
            self._memory[name] = self.clock(), value
            for old in list(self._memory)[:-MAX_REMEMBERED]:
                del self._memory[old]
        return value

    def catalogue(self) -> Mapping[str, Any]:
        """Return the services of the environment, as `bulkhead up` wrote them."""
        return self.files("run/catalogue.json")

    def services(self) -> Mapping[str, Any]:
        """Return the description of each service by name."""
        return self.catalogue().get("services") or {}


@dataclass(frozen=True)
class Request:
    """What the URL of a page says."""

    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])

    def minutes(self, default: int, most: int = 7 * 1440) -> int:
        """Return the query parameter `minutes`, within limits; raises ConsoleError."""
        text = self.query.get("minutes", "")
        if not text:
            return default
        if not text.isdecimal() or not 1 <= int(text[:9]) <= most:
            raise ConsoleError(400, f"minutes={text} is refused.", f"Write 1 to {most}.")
        return int(text)
