"""The headers that a load balancer adds, and those it must not pass on."""

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
"""What aiohttp would add to a request: a target sees what the client sent, no more."""

FORWARDED_FOR = b"x-forwarded-for"
TRACE_ID = b"x-amzn-trace-id"


def forwarded_request_headers(
    headers: RawHeaders, client: str, protocol: str, port: int
) -> CIMultiDict[str]:
    """Return the request headers for the target.

    *protocol* and *port* are those the client really used: an HTTPS listener is served by HTTP
    here, and a service that builds addresses from these headers builds ones that work.
    """
    dropped = NOT_FORWARDED | connection_headers(headers)
    forwarded_for = ""
    traced = False
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers:
        if name == FORWARDED_FOR:
            forwarded_for += f"{text(value)}, "
        elif name not in dropped:
            traced = traced or name == TRACE_ID
            kept.add(name.decode("latin-1"), text(value))
    kept["x-forwarded-for"] = forwarded_for + client
    kept["x-forwarded-proto"] = protocol
    kept["x-forwarded-port"] = str(port)
    if not traced:
        kept["x-amzn-trace-id"] = f"Root={new_trace_root()}"
    return kept


def text(sent: bytes) -> str:
    """Return what aiohttp, which writes UTF-8 alone, makes the same bytes of.

    Bytes that are no UTF-8 are taken for Latin-1: the characters arrive, in other bytes.
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
    """Return the headers that a Connection header declares to be for this hop alone."""
    return frozenset(
        token.strip().lower()
        for name, value in headers
        if name == b"connection"
        for token in value.split(b",")
    )


def new_trace_root() -> str:
    """Return a trace id as X-Ray writes it."""
    return f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"
