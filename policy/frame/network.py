"""Addresses and ports, as security groups and routes write them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from policy.frame.values import number

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALL_PROTOCOLS = ("-1", "all")
_TCP = ("tcp", "6")


def is_anywhere(cidr: Any) -> bool:
    """Say whether *cidr* is 0.0.0.0/0 or ::/0, in any spelling."""
    if not isinstance(cidr, str):
        return False
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        return False
    return network.prefixlen == 0


def admits_tcp(protocol: Any, first: Any, last: Any, ports: Iterable[int]) -> set[int]:
    """Return those of *ports* that a rule for *protocol*, *first* to *last*, admits over TCP.

    Missing ports stand for all; unknown ones for none, because they decide nothing yet.
    """
    name = str(int(protocol)) if isinstance(protocol, float) else str(protocol).lower()
    if name in _ALL_PROTOCOLS:
        return set(ports)
    if name not in _TCP:
        return set()
    low = 0.0 if first is None else number(first)
    high = 65_535.0 if last is None else number(last)
    if low is None or high is None:
        return set()
    return {port for port in ports if low <= port <= high}
