"""Addresses and ports of security groups, network ACLs and routes."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from policy.engine.values import number

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALL_PROTOCOLS = ("-1", "all")
_TCP = ("tcp", "6")
_UDP = ("udp", "17")
_LAST_PORT = 65_535.0


def is_any_address(cidr: Any) -> bool:
    """Return whether *cidr* is 0.0.0.0/0 or ::/0, in any notation."""
    if not isinstance(cidr, str):
        return False
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        return False
    return network.prefixlen == 0


def matched_tcp_ports(protocol: Any, first: Any, last: Any, ports: Iterable[int]) -> set[int]:
    """Return those of *ports* that a rule for *protocol*, *first* to *last*, allows over TCP.

    Missing ports mean all ports; unknown ones mean none.
    """
    return matched_ports(protocol, first, last, ports, protocols=_TCP)


def matched_ports(
    protocol: Any,
    first: Any,
    last: Any,
    ports: Iterable[int],
    *,
    protocols: Iterable[str] = (*_TCP, *_UDP),
) -> set[int]:
    """Return those of *ports* that a rule for *protocol*, *first* to *last*, allows.

    *protocols*: names and numbers of the protocols that count; "all protocols" always counts.
    """
    name = protocol_name(protocol)
    if name in _ALL_PROTOCOLS:
        return set(ports)
    if name not in protocols:
        return set()
    low, high = port_range(first, last)
    if low is None or high is None:
        return set()
    return {port for port in ports if low <= port <= high}


def covers_all_ports(protocol: Any, first: Any, last: Any) -> bool:
    """Return whether a rule allows all protocols, or every port of TCP or UDP."""
    name = protocol_name(protocol)
    if name in _ALL_PROTOCOLS:
        return True
    low, high = port_range(first, last)
    if name not in (*_TCP, *_UDP) or low is None or high is None:
        return False
    return low <= 1 and high >= _LAST_PORT


def port_range(first: Any, last: Any) -> tuple[float | None, float | None]:
    """Return the ends of a port range; missing ends are unlimited, unknown ones are None."""
    low = 0.0 if first is None else number(first)
    high = _LAST_PORT if last is None else number(last)
    return low, high


def protocol_name(protocol: Any) -> str:
    """Return *protocol*, a name or a number, as the string that AWS uses."""
    if isinstance(protocol, float) and protocol.is_integer():
        return str(int(protocol))
    return protocol.lower() if isinstance(protocol, str) else ""
