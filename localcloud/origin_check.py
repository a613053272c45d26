"""Reject cross-origin requests and foreign Host headers (DNS rebinding) on the local cloud's ports.

No port checks credentials, and a browser lets any page send requests to 127.0.0.1. The headers it
adds to a request tell where the page is from.
"""

from __future__ import annotations

import re

_LOCAL = r"(127\.0\.0\.1|localhost)(:\d+)?"
_HOST = re.compile(rf"{_LOCAL}|[a-z0-9.-]+\.amazonaws\.com(:\d+)?", re.IGNORECASE)
_ORIGIN = re.compile(rf"https?://{_LOCAL}", re.IGNORECASE)


def rejection_reason(host: str | None, origin: str | None, fetch_site: str | None) -> str | None:
    """Return why a request with these headers is rejected, or None if it is allowed.

    The headers are `Host`, `Origin` and `Sec-Fetch-Site`. `Sec-Fetch-Site` only counts where
    `Origin` is missing: pages served from this machine are allowed.
    """
    if _HOST.fullmatch(host or "") is None:
        return f"Host {host!r} is rejected (DNS rebinding): use 127.0.0.1"
    if origin is not None:
        local = _ORIGIN.fullmatch(origin)
        return None if local else f"cross-origin requests from {origin} are rejected"
    if fetch_site == "cross-site":
        return "cross-origin requests are rejected"
    return None
