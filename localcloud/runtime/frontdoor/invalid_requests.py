"""Invalid requests, which a load balancer or an HTTP API rejects before it evaluates rules.

The limits are those of the Application Load Balancer: "Quotas for your Application Load Balancers"
and "Troubleshoot your Application Load Balancers" in its user guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.runtime.frontdoor.asgi import RawHeaders, Scope

KIB = 1024
MAX_REQUEST_LINE_BYTES = 16 * KIB
MAX_HEADER_BYTES = 16 * KIB
MAX_HEADERS_BYTES = 64 * KIB
MAX_FORWARDED_ADDRESSES = 30
BAD_REQUEST, METHOD_NOT_ALLOWED, URI_TOO_LONG, TOO_MANY_ADDRESSES = 400, 405, 414, 463


@dataclass(frozen=True)
class InvalidRequest:
    """The status of the response, and the reason."""

    status: int
    reason: str


def invalid_request(scope: Scope) -> InvalidRequest | None:
    """Return why the request is invalid; None if it is valid."""
    return _of_request_line(scope) or _of_headers(scope) or _of_upgrade(scope["headers"])


def _of_request_line(scope: Scope) -> InvalidRequest | None:
    path, query, method = scope["raw_path"], scope["query_string"], scope["method"]
    if len(path) + len(query) + len(method) > MAX_REQUEST_LINE_BYTES:
        return InvalidRequest(URI_TOO_LONG, "the request line has more than 16 KiB")
    if method == "TRACE":
        return InvalidRequest(METHOD_NOT_ALLOWED, "the method TRACE is not supported")
    if not path.startswith(b"/"):
        return InvalidRequest(BAD_REQUEST, "the request target is not a path")
    return None


def _of_headers(scope: Scope) -> InvalidRequest | None:
    headers: RawHeaders = scope["headers"]
    sizes = [len(name) + len(value) for name, value in headers]
    if max(sizes, default=0) > MAX_HEADER_BYTES:
        return InvalidRequest(BAD_REQUEST, "a header has more than 16 KiB")
    if sum(sizes) > MAX_HEADERS_BYTES:
        return InvalidRequest(BAD_REQUEST, "the headers have more than 64 KiB")
    hosts = _values(headers, b"host")
    if len(hosts) > 1 or (not any(hosts) and scope["http_version"] != "1.0"):
        return InvalidRequest(BAD_REQUEST, "the request needs exactly one Host header")
    forwarded = b",".join(_values(headers, b"x-forwarded-for"))
    if forwarded.count(b",") >= MAX_FORWARDED_ADDRESSES:
        return InvalidRequest(TOO_MANY_ADDRESSES, "X-Forwarded-For has more than 30 addresses")
    return None


def _of_upgrade(headers: RawHeaders) -> InvalidRequest | None:
    upgrade = b",".join(_values(headers, b"upgrade")).lower()
    if b"websocket" in upgrade:
        return InvalidRequest(BAD_REQUEST, "WebSocket connections are not served locally")
    has_body = any(_values(headers, b"content-length") + _values(headers, b"transfer-encoding"))
    if upgrade and has_body:
        return InvalidRequest(BAD_REQUEST, "a request with a body cannot upgrade its connection")
    return None


def _values(headers: RawHeaders, name: bytes) -> list[bytes]:
    return [value for key, value in headers if key == name]
