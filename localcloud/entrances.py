"""Who may use the entrances of the local cloud: programs on this machine, not pages of the web.

A browser that shows somebody's page sends that page's requests to 127.0.0.1 as well, and a name
of the page's owner may be made to mean 127.0.0.1. What a browser says of a request tells both.
"""

from __future__ import annotations

import re

_HERE = r"(127\.0\.0\.1|localhost)(:\d+)?"
_HOST = re.compile(rf"{_HERE}|[a-z0-9.-]+\.amazonaws\.com(:\d+)?", re.IGNORECASE)
_ORIGIN = re.compile(rf"https?://{_HERE}", re.IGNORECASE)


def refusal(host: str | None, origin: str | None, fetch_site: str | None) -> str | None:
    """Return why a request with these headers is refused, or None: it is answered.

    They are `Host`, `Origin` and `Sec-Fetch-Site`. Pages from this machine may ask; `Origin` says
    where a page is from, and only where it is missing does `Sec-Fetch-Site` count.
    """
    if _HOST.fullmatch(host or "") is None:
        return f"the host {host!r} is not this machine: ask for 127.0.0.1"
    if origin is not None:
        here = _ORIGIN.fullmatch(origin)
        return None if here else f"pages from {origin} may not use the local cloud"
    if fetch_site == "cross-site":
        return "pages from elsewhere may not use the local cloud"
    return None
