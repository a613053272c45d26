"""Values of IAM conditions: which of them only some accounts or addresses can meet."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WILDCARD_ID = re.compile(r"((o|ou|r|vpc|vpce)-)?[*?]")
_ACCOUNT, _RESOURCE = 4, 5


def are_restrictive(values: Iterable[str]) -> bool:
    """Say whether a condition that demands one of *values* refuses most of the world.

    It does if every value is fixed, and if they are addresses, not all of them together.
    """
    given = list(values)
    return bool(given) and all(map(_is_fixed, given)) and not _cover_all_addresses(given)


def _is_fixed(value: str) -> bool:
    """Say whether *value* names an account, an organisation, a network or the like.

    An ARN does by its account, or by its resource where it has none, as that of a bucket.
    """
    if not value.startswith("arn:"):
        return not _WILDCARD_ID.match(value)
    parts = value.split(":", _RESOURCE)
    if len(parts) <= _RESOURCE:
        return False
    account, resource = parts[_ACCOUNT], parts[_RESOURCE]
    return not re.search("[*?]", account) if account else not _WILDCARD_ID.match(resource)


def _cover_all_addresses(values: Iterable[str]) -> bool:
    """Say whether *values* are ranges of addresses that leave none out."""
    ranges = [one for value in values if (one := _range(value)) is not None]
    v4 = ipaddress.collapse_addresses(r for r in ranges if isinstance(r, ipaddress.IPv4Network))
    v6 = ipaddress.collapse_addresses(r for r in ranges if isinstance(r, ipaddress.IPv6Network))
    return any(one.prefixlen == 0 for one in (*v4, *v6))


def _range(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        return None
