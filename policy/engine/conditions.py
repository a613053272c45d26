"""Values of IAM conditions, and whether they restrict access to some accounts or addresses."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WILDCARD_ID = re.compile(r"[*?]|(\d+|(o|ou|r|vpc|vpce)-\w*)[*?]")
"""A wildcard, or one within an account or ID, whose first characters others can have too."""
_ACCOUNT, _RESOURCE = 4, 5


def are_restrictive(values: Iterable[str]) -> bool:
    """Return whether a condition with *values* restricts access to some accounts or addresses.

    It does if no value is a wildcard and the address ranges do not cover everything.
    """
    given = list(values)
    return bool(given) and all(map(_is_fixed, given)) and not cover_all_addresses(given)


def _is_fixed(value: str) -> bool:
    """Return whether *value* is fixed to an account, organization, network or the like.

    An ARN is fixed by its account, or by its resource if it has none, like that of a bucket.
    """
    if not value.startswith("arn:"):
        return not _WILDCARD_ID.match(value)
    parts = value.split(":", _RESOURCE)
    if len(parts) <= _RESOURCE:
        return False
    account, resource = parts[_ACCOUNT], parts[_RESOURCE]
    return not re.search("[*?]", account) if account else resource[:1] not in ("*", "?")


def cover_all_addresses(values: Iterable[str]) -> bool:
    """Return whether *values* are address ranges that together cover every address."""
    ranges = [one for value in values if (one := _range(value)) is not None]
    v4 = ipaddress.collapse_addresses(r for r in ranges if isinstance(r, ipaddress.IPv4Network))
    v6 = ipaddress.collapse_addresses(r for r in ranges if isinstance(r, ipaddress.IPv6Network))
    return any(one.prefixlen == 0 for one in (*v4, *v6))


def _range(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        return None
