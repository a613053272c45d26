"""Where the DNS names of the emulated AWS are on this machine.

A program that is given the URL of a load balancer gets the address of its listener here: no DNS
server answers for the name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.layout import Layout

LOAD_BALANCER = re.compile(
    r"\b(?P<scheme>https?)://(?P<name>[A-Za-z0-9-]+)-\d+\.[a-z0-9-]+\.elb\.amazonaws\.com"
    r"(?::(?P<port>\d{1,5}))?(?![\w.:-])"
)
DEFAULT_PORTS = {"http": 80, "https": 443}


def listener_port_name(load_balancer: str, port: int) -> str:
    """Return the name under which the local port of a listener is remembered."""
    return f"listener-{load_balancer}-{port}"


def with_local_addresses(layout: Layout, text: str) -> str:
    """Return *text* with the local address in place of each URL of an emulated load balancer."""

    def address(found: re.Match[str]) -> str:
        port = int(found["port"] or DEFAULT_PORTS[found["scheme"]])
        return f"http://{HOST}:{claim(layout, listener_port_name(found['name'], port))}"

    return LOAD_BALANCER.sub(address, text)
