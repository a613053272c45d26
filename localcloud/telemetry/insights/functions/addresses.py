"""Functions of IP addresses."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights.functions.function import Function
from localcloud.telemetry.insights.values import text

if TYPE_CHECKING:
    from collections.abc import Callable

IPV4, IPV6 = 4, 6


def _valid(*versions: int) -> Callable[[Any], bool]:
    def call(value: Any) -> bool:
        found = _address(value)
        return found is not None and found.version in versions

    return call


def _within(*versions: int) -> Callable[[Any, Any], bool]:
    def call(value: Any, subnet: Any) -> bool:
        found = _address(value)
        try:
            network = ipaddress.ip_network(text(subnet) or "", strict=False)
        except ValueError:
            return False
        return found is not None and network.version in versions and found in network

    return call


def _address(value: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text(value) or "")
    except ValueError:
        return None


FUNCTIONS = {
    "isValidIp": Function(_valid(IPV4, IPV6)),
    "isValidIpV4": Function(_valid(IPV4)),
    "isValidIpV6": Function(_valid(IPV6)),
    "isIpInSubnet": Function(_within(IPV4, IPV6), least=2, most=2),
    "isIpv4InSubnet": Function(_within(IPV4), least=2, most=2),
    "isIpv6InSubnet": Function(_within(IPV6), least=2, most=2),
}
