"""Who may read the console's pages, and who may write: nobody but the console itself.

Every program of this machine can reach the port, and so can any web page, through a browser. The
console has no sign-in and no cookies: the headers that a browser adds decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

HOST = "127.0.0.1"
READS = frozenset({"GET", "HEAD"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""Sent with every response."""


def rejection_reason(method: str, headers: Mapping[str, str], port: int) -> str | None:
    """Return why a request with a valid Host is rejected, or None if it is allowed."""
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    if method not in READS:
        if origin != f"http://{HOST}:{port}":
            return f"Writes need the Origin of the console, not {origin or 'none'}."
        if site != "same-origin":
            return f"Writes need Sec-Fetch-Site: same-origin, not {site or 'none'}."
        return None
    if origin not in (None, f"http://{HOST}:{port}"):
        return f"Cross-origin requests from {origin} are rejected."
    if site in (None, "none", "same-origin") or _is_navigation(headers):
        return None
    return "Cross-origin requests are rejected."


def _is_navigation(headers: Mapping[str, str]) -> bool:
    """Return whether a person follows a link: the page that has it cannot read the response."""
    navigates = headers.get("Sec-Fetch-Mode") == "navigate"
    return navigates and headers.get("Sec-Fetch-Dest") == "document"


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Reject requests of other origins and for other hosts (DNS rebinding)."""
    port = _port(request)
    host = request.headers.get("Host", "").lower()
    if host == f"localhost:{port}" and request.method in READS:
        raise web.HTTPPermanentRedirect(f"http://{HOST}:{port}{request.raw_path}")
    if host != f"{HOST}:{port}":
        return _rejected(f"Host {host!r} is rejected (DNS rebinding): use http://{HOST}:{port}/")
    if reason := rejection_reason(request.method, request.headers, port):
        return _rejected(reason)
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add HEADERS to *response* (a signal of aiohttp, so streams have them too)."""
    del request
    response.headers.update(HEADERS)


def _rejected(reason: str) -> web.Response:
    return web.Response(text=f"{reason}\n", status=403)


def _port(request: web.Request) -> int:
    transport = request.transport
    return transport.get_extra_info("sockname")[1] if transport else 0
