"""The correlation ID, the trace and the hops of a request, passed on to all that it causes.

A trace is W3C's Trace Context. X-Ray's header, which load balancers write, names the same IDs in
another form. A hop is a service that the request or its events came through, counted in W3C's
baggage: requests and messages that go round in a loop end at MAX_HOPS.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import time
import uuid
from contextvars import ContextVar
from typing import TYPE_CHECKING

from kit import settings

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

HEADER = "x-correlation-id"
TRACE_HEADER = "x-amzn-trace-id"
ACCEPTED = re.compile(r"[\w.:/=+-]{1,128}", re.ASCII)  # safe in a log line

TRACEPARENT = "traceparent"
W3C = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
XRAY_ROOT = re.compile(r"1-([0-9a-f]{8})-([0-9a-f]{24})")
XRAY_PARENT = re.compile(r"(?!0{16})[0-9a-f]{16}")

BAGGAGE = "baggage"
HOPS = re.compile(r"(?:^|,)\s*hops\s*=\s*([0-9]{1,4})\s*(?:[;,]|$)")
MAX_HOPS = 16
MAX_HOPS_VARIABLE = "MAX_HOPS"

current: ContextVar[str] = ContextVar("correlation_id", default="")
"""ID of the current request or message."""

traceparent: ContextVar[str] = ContextVar("traceparent", default="")
"""Trace of the current request or message, as W3C's Trace Context writes it."""

hops: ContextVar[int] = ContextVar("hops", default=0)
"""Services that the current request or message came through, this one included."""


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

    A header of X-Ray with a root alone names no span: one that the root determines stands for it.
    """
    if found := parent_from_headers(headers):
        return found
    root = root_from_headers(headers)
    if not root:
        return ""
    sampled = int(_xray(headers).get("Sampled") == "1")
    return f"00-{root}-{root[8:24]}-0{sampled}"


def parent_from_headers(headers: Mapping[str, str]) -> str:
    """Return the span that caused a request with these lower-case *headers*; '' if none is named.

    It has the form of `traceparent`.
    """
    if W3C.fullmatch(headers.get(TRACEPARENT, "")):
        return headers[TRACEPARENT]
    trace, root = _xray(headers), root_from_headers(headers)
    parent = trace.get("Parent", "")
    if not root or not XRAY_PARENT.fullmatch(parent):
        return ""
    return f"00-{root}-{parent}-0{int(trace.get('Sampled') == '1')}"


def root_from_headers(headers: Mapping[str, str]) -> str:
    """Return the trace ID in X-Ray's header, in W3C's form; '' without one."""
    root = XRAY_ROOT.fullmatch(_xray(headers).get("Root", ""))
    return "" if root is None else f"{root[1]}{root[2]}"


def new_trace_id() -> str:
    """Return a trace ID that X-Ray accepts too: it begins with the time, in seconds."""
    return f"{int(time.time()):08x}{secrets.token_hex(12)}"


def new_trace() -> str:
    """Return a `traceparent` for work that nothing caused; it is not sampled."""
    return f"00-{new_trace_id()}-{secrets.token_hex(7)}01-00"


def ids() -> tuple[str, str]:
    """Return the trace ID and the span ID of the current request or message; '' without one."""
    _, trace_id, span_id, _ = (traceparent.get() or "---").split("-")
    return trace_id, span_id


def xray_header(trace: str) -> str:
    """Return *trace*, a `traceparent`, as X-Ray's header; '' for ''."""
    if not W3C.fullmatch(trace):
        return ""
    _, root, parent, flags = trace.split("-")
    return f"Root=1-{root[:8]}-{root[8:]};Parent={parent};Sampled={int(flags, 16) & 1}"


def outgoing() -> dict[str, str]:
    """Return the headers that pass the trace and the hops on, of those that there are."""
    found: dict[str, str] = {}
    if trace := traceparent.get():
        found[TRACEPARENT] = trace
    if xray := xray_header(traceparent.get()):
        found[TRACE_HEADER] = xray
    if number := hops.get():
        found[BAGGAGE] = baggage(number)
    return found


def baggage(number: int) -> str:
    """Return W3C's baggage with *number* of hops."""
    return f"hops={number}"


def hops_of(sent: str) -> int:
    """Return the hops in W3C's baggage; 0 without a valid number."""
    found = HOPS.search(sent)
    return 0 if found is None else int(found[1])


def too_many_hops() -> str:
    """Return why the current request or message must go no further; '' if it may."""
    most = settings.number(MAX_HOPS_VARIABLE, MAX_HOPS)
    if hops.get() <= most:
        return ""
    return (
        f"the request came through {hops.get()} services, of which {most} are allowed: look for"
        " services that call or notify each other in a loop"
    )


@contextlib.contextmanager
def context(correlation_id: str, trace: str, received_hops: int) -> Generator[None]:
    """Make these the IDs of calls, events and log lines in the block: one hop more."""
    tokens = current.set(correlation_id), traceparent.set(trace), hops.set(received_hops + 1)
    try:
        yield
    finally:
        current.reset(tokens[0])
        traceparent.reset(tokens[1])
        hops.reset(tokens[2])


def of_request(headers: Mapping[str, str]) -> contextlib.AbstractContextManager[None]:
    """Make the IDs of a request with these lower-case *headers* the current ones."""
    trace = trace_from_headers(headers) or new_trace()
    return context(from_headers(headers), trace, hops_of(headers.get(BAGGAGE, "")))


def _xray(headers: Mapping[str, str]) -> dict[str, str]:
    parts = headers.get(TRACE_HEADER, "").split(";")
    return dict(part.strip().split("=", 1) for part in parts if "=" in part)
