"""One id that follows a request through services, events and log lines."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = "x-correlation-id"
TRACE_HEADER = "x-amzn-trace-id"
ACCEPTED = re.compile(r"[\w.:/=+-]{1,128}", re.ASCII)  # what may safely stand in a log line

current: ContextVar[str] = ContextVar("correlation_id", default="")
"""The id of the request or message in hand."""


def from_headers(headers: Mapping[str, str]) -> str:
    """Return the id that a request carries, or a new one; names are lower-case.

    The caller's own id wins, then the root of the trace that the load balancer began.
    """
    trace = dict(
        part.strip().split("=", 1)
        for part in headers.get(TRACE_HEADER, "").split(";")
        if "=" in part
    )
    for candidate in (headers.get(HEADER, ""), trace.get("Root", "")):
        if ACCEPTED.fullmatch(candidate):
            return candidate
    return str(uuid.uuid4())
