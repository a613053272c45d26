"""Keeping a client with one target group or one target, by cookie."""

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
    """Return what an earlier answer put into *cookie*."""
    for header in request.headers.get("cookie", []):
        try:
            found = SimpleCookie(header).get(cookie)
            if found is not None:
                return base64.urlsafe_b64decode(found.value).decode()
        except (CookieError, binascii.Error, ValueError):
            continue
    return None


def cookie_header(cookie: str, value: str, seconds: int) -> tuple[bytes, bytes]:
    """Return the header that makes the client send *value* for so many *seconds*."""
    encoded = base64.urlsafe_b64encode(value.encode()).decode()
    return b"set-cookie", f"{cookie}={encoded}; Max-Age={seconds}; Path=/".encode()
