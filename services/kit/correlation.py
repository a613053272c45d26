"""The correlation ID and the trace of a request, passed on to services, events and log lines."""

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

TRACEPARENT = "traceparent"
W3C = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
XRAY_ROOT = re.compile(r"1-([0-9a-f]{8})-([0-9a-f]{24})")
XRAY_PARENT = re.compile(r"[0-9a-f]{16}")

current: ContextVar[str] = ContextVar("correlation_id", default="")
"""ID of the current request or message."""

traceparent: ContextVar[str] = ContextVar("traceparent", default="")
"""Trace of the current request or message, as W3C's Trace Context writes it."""


def from_headers(headers: Mapping[str, str]) -> str:
    """Return the ID of a request with these lower-case *headers*, or a new one.

    The caller's own ID takes precedence over the root of the load balancer's trace ID.
    """
    trace = _xray(headers)
    for candidate in (headers.get(HEADER, ""), trace.get("Root", "")):
        if ACCEPTED.fullmatch(candidate):
            return candidate
    return str(uuid.uuid4())


def trace_from_headers(headers: Mapping[str, str]) -> str:
    """Return the trace of a request with these lower-case *headers*; '' if it has none.

    A load balancer and API Gateway write X-Ray's header, which names the same IDs otherwise.
    """
    if W3C.fullmatch(headers.get(TRACEPARENT, "")):
        return headers[TRACEPARENT]
    trace = _xray(headers)
    root = XRAY_ROOT.fullmatch(trace.get("Root", ""))
    if root is None:
        return ""
    parent = trace.get("Parent", "")
    if not XRAY_PARENT.fullmatch(parent):
        parent = root[2][:16]
    return f"00-{root[1]}{root[2]}-{parent}-0{int(trace.get('Sampled') == '1')}"


def _xray(headers: Mapping[str, str]) -> dict[str, str]:
    parts = headers.get(TRACE_HEADER, "").split(";")
    return dict(part.strip().split("=", 1) for part in parts if "=" in part)
