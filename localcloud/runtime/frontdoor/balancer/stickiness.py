"""Sticky sessions: cookies that bind a client to a target group or a target."""

from __future__ import annotations

import base64
import binascii
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.runtime.frontdoor.balancer.request_view import RequestView

GROUP_COOKIE = "AWSALBTG"
TARGET_COOKIE = "AWSALB"


def read_cookie(request: RequestView, cookie: str) -> str | None:
    """Return the value that an earlier response has set in *cookie*."""
    for header in request.headers.get("cookie", []):
        try:
            found = SimpleCookie(header).get(cookie)
            if found is not None:
                return base64.urlsafe_b64decode(found.value).decode()
        except (CookieError, binascii.Error, ValueError):
            continue
    return None


def cookie_header(cookie: str, value: str, seconds: int) -> tuple[bytes, bytes]:
    """Return the Set-Cookie header of *value*, valid for *seconds*."""
    encoded = base64.urlsafe_b64encode(value.encode()).decode()
    return b"set-cookie", f"{cookie}={encoded}; Max-Age={seconds}; Path=/".encode()
