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
NOT_TO_TARGET = HOP_BY_HOP | {b"expect", b"x-forwarded-proto", b"x-forwarded-port"}
FORWARDED_FOR = b"x-forwarded-for"
TRACE_ID = b"x-amzn-trace-id"


def to_target(headers: RawHeaders, client: str, protocol: str, port: int) -> CIMultiDict[str]:
    """Return the request headers for the target.

    *protocol* and *port* are those the client really used: an HTTPS listener is served by HTTP
    here, and a service that builds addresses from these headers builds ones that work.
    """
    dropped = NOT_TO_TARGET | named_by_connection(headers)
    forwarded_for = client
    traced = False
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers:
        if name == FORWARDED_FOR:
            forwarded_for = f"{value.decode('latin-1')}, {client}"
        elif name not in dropped:
            traced = traced or name == TRACE_ID
            kept.add(name.decode("latin-1"), value.decode("latin-1"))
    kept["x-forwarded-for"] = forwarded_for
    kept["x-forwarded-proto"] = protocol
    kept["x-forwarded-port"] = str(port)
    if not traced:
        kept["x-amzn-trace-id"] = f"Root={new_trace_root()}"
    return kept


def to_client(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """Return the response headers for the client."""
    lowered = [(name.lower(), value) for name, value in headers]
    dropped = HOP_BY_HOP | named_by_connection(lowered)
    return [(name, value) for name, value in lowered if name not in dropped]


def named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
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
