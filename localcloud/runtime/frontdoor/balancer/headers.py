"""Headers that a load balancer adds, and hop-by-hop headers that it removes."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from multidict import CIMultiDict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.runtime.frontdoor.asgi import RawHeaders

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
NOT_FORWARDED = HOP_BY_HOP | {b"expect", b"x-forwarded-proto", b"x-forwarded-port"}
AUTO_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""Headers that aiohttp would add to a request that lacks them."""

FORWARDED_FOR = b"x-forwarded-for"
TRACE_ID = b"x-amzn-trace-id"
MAX_TRACE_BYTES = 7 * 1024
"""Above which a load balancer replaces the header by one with a root alone."""


def forwarded_request_headers(
    headers: RawHeaders, client: str, protocol: str, port: int
) -> CIMultiDict[str]:
    """Return the request headers for the target.

    *protocol* and *port* are the local ones (an HTTPS listener is served over HTTP), so that URLs
    which a service builds from these headers are reachable.
    """
    dropped = NOT_FORWARDED | connection_headers(headers)
    forwarded_for = ""
    trace: list[str] = []
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers:
        if name == FORWARDED_FOR:
            forwarded_for += f"{text(value)}, "
        elif name == TRACE_ID:
            trace.append(text(value))
        elif name not in dropped:
            kept.add(name.decode("latin-1"), text(value))
    kept["x-forwarded-for"] = forwarded_for + client
    kept["x-forwarded-proto"] = protocol
    kept["x-forwarded-port"] = str(port)
    kept["x-amzn-trace-id"] = trace_header(";".join(trace))
    return kept


def trace_header(sent: str) -> str:
    """Return X-Ray's header for the target; *sent* is the client's, '' without one.

    With a root, the load balancer names itself in `Self`; other fields are kept.
    """
    own = new_trace_root()
    fields = [one.strip() for one in sent.split(";") if one.strip()]
    if len(sent.encode()) > MAX_TRACE_BYTES or not any(one.startswith("Root=") for one in fields):
        kept = [] if len(sent.encode()) > MAX_TRACE_BYTES else fields
        return ";".join([f"Root={own}", *kept])
    return ";".join([f"Self={own}", *(one for one in fields if not one.startswith("Self="))])


def text(sent: bytes) -> str:
    """Return *sent* as text that aiohttp, which encodes headers in UTF-8, sends as the same bytes.

    Bytes that are not valid UTF-8 are decoded as Latin-1, so their encoding changes.
    """
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def forwarded_response_headers(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """Return the response headers for the client."""
    lowered = [(name.lower(), value) for name, value in headers]
    dropped = HOP_BY_HOP | connection_headers(lowered)
    return [(name, value) for name, value in lowered if name not in dropped]


def connection_headers(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    """Return the hop-by-hop headers that a Connection header names."""
    return frozenset(
        token.strip().lower()
        for name, value in headers
        if name == b"connection"
        for token in value.split(b",")
    )


def new_trace_root() -> str:
    """Return a new trace ID in X-Ray's format."""
    return f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"
