"""A span: one piece of work in a trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVER_FAULT = 500
CLIENT_ERROR = 400
THROTTLED = 429


class Kind(IntEnum):
    """Kinds of spans, by OTLP's numbers."""

    UNSPECIFIED = 0
    INTERNAL = 1
    SERVER = 2
    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


ENTRANCES = (Kind.SERVER, Kind.CONSUMER)
"""Kinds of the spans with which a service's own work begins."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """One piece of work of one service."""

    trace_id: str
    """32 hexadecimal digits."""
    span_id: str
    """16 hexadecimal digits."""
    parent_id: str = ""
    """'' for the first span of a trace."""
    service: str
    name: str
    kind: Kind = Kind.INTERNAL
    start: int
    """Nanoseconds since the epoch, by the clock of the service."""
    end: int
    failed: bool = False
    message: str = ""
    """Why it failed."""
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    resource: Mapping[str, Any] = field(default_factory=dict[str, Any])
    events: tuple[Mapping[str, Any], ...] = ()
    """With `name`, `time` (nanoseconds) and `attributes`."""
    links: tuple[Mapping[str, str], ...] = ()
    """With `trace_id` and `span_id`."""

    @property
    def seconds(self) -> float:
        """Duration."""
        return (self.end - self.start) / 1e9

    @property
    def status(self) -> int:
        """HTTP status; 0 without one."""
        for name in ("http.response.status_code", "http.status_code"):
            found = self.attributes.get(name)
            if isinstance(found, int):
                return found
        return 0

    @property
    def fault(self) -> bool:
        """Whether it is a fault in X-Ray's sense: the work failed, and not by the client."""
        return self.status >= SERVER_FAULT or (self.failed and not self.error)

    @property
    def error(self) -> bool:
        """Whether it is an error in X-Ray's sense: the client's mistake."""
        return CLIENT_ERROR <= self.status < SERVER_FAULT

    @property
    def throttled(self) -> bool:
        """Whether it was refused because of too many requests."""
        return self.status == THROTTLED

    @property
    def peer(self) -> str:
        """What a client's span calls that sends no spans itself, such as `SQS`; '' if unknown."""
        for name in ("peer.service", "rpc.service", "db.system.name", "db.system"):
            if found := self.attributes.get(name):
                return str(found)
        return ""
