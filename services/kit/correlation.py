"""The correlation ID of a request, passed on to other services, events and log lines."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = "x-correlation-id"
TRACE_HEADER = "x-amzn-trace-id"
ACCEPTED = re.compile(r"[\w.:/=+-]{1,128}", re.ASCII)  # safe in a log line

current: ContextVar[str] = ContextVar("correlation_id", default="")
"""ID of the current request or message."""


def from_headers(headers: Mapping[str, str]) -> str:
    """Return the ID of a request with these lower-case *headers*, or a new one.

    The caller's own ID takes precedence over the root of the load balancer's trace ID.
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
