"""Rules on ports that security groups open to the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.network import (
    covers_all_ports,
    is_any_address,
    matched_ports,
    port_range,
    protocol_name,
)
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import as_list, number

if TYPE_CHECKING:
    from collections.abc import Iterator


INGRESS_TYPES = (
    aws.SECURITY_GROUP,
    aws.DEFAULT_SECURITY_GROUP,
    aws.SECURITY_GROUP_RULE,
    aws.SECURITY_GROUP_INGRESS_RULE,
)
SOURCES = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
DATA_PORTS = [
    20, 21, 23, 25, 110, 135, 143, 445, 1433, 1434, 1521, 2049, 2375, 2376, 2379, 3306, 4333, 5432,
    5500, 5601, 5671, 5672, 6379, 8162, 9092, 9094, 9096, 9098, 9200, 9300, 11211, 27017, 61614,
    61616, 61617,
]  # fmt: skip
"""Ports of databases, caches, brokers and administration."""
TCP = ("tcp", "6")
UDP = ("udp", "17")
LAST_PORT = 65_535


@rule(*INGRESS_TYPES)
@classify("security", "network", "critical", "mandatory")
def security_group_no_open_ssh(group: Resource) -> Messages:
    """Security groups must not allow SSH from the internet.

    Open SSH ports are scanned and attacked within minutes.

    References: Security Hub EC2.13, CIS 3.0 5.2, CIS 3.0 5.3, CIS 7.0 6.3, Config restricted-ssh,
    Checkov CKV_AWS_24, cdk-nag AwsSolutions-EC23
    """
    yield from _open(group, [22], TCP)


@rule(*INGRESS_TYPES)
@classify("security", "network", "critical", "mandatory")
def security_group_no_open_rdp(group: Resource) -> Messages:
    """Security groups must not allow remote desktop from the internet.

    Open remote desktop ports are scanned and attacked within minutes.

    References: Security Hub EC2.14, CIS 3.0 5.2, CIS 3.0 5.3, CIS 7.0 6.3, Checkov CKV_AWS_25
    """
    yield from _open(group, [3389], (*TCP, *UDP))


@rule(*INGRESS_TYPES, params={"ports": DATA_PORTS})
@classify("security", "network", "critical", "mandatory")
def security_group_no_open_data_ports(group: Resource) -> Messages:
    """Security groups must not allow databases, caches or brokers from the internet.

    A data store that is reachable from the internet is protected only by its password.

    References: FSBP EC2.19, Config vpc-sg-open-only-to-authorized-ports,
    Config restricted-common-ports
    """
    yield from _open(group, [int(port) for port in group.params["ports"]], TCP)


@rule(*INGRESS_TYPES)
@classify("security", "network", "critical", "mandatory")
def security_group_no_open_all_ports(group: Resource) -> Messages:
    """Security groups must not allow all ports from the internet.

    Every service on the resource is then reachable from the internet.

    References: FSBP EC2.18, Checkov CKV_AWS_277
    """
    for entry in _open_entries(group):
        if covers_all_ports(_protocol(entry), entry.get("fromPort"), entry.get("toPort")):
            yield (
                f"The security group rule '{group.name}' must not allow the internet to reach all"
                " ports: set from_port and to_port to the port that is served, and ip_protocol to"
                " tcp."
            )


@rule(*INGRESS_TYPES, params={"allowedPorts": [443]})
@classify("security", "network", "high", "mandatory")
def security_group_open_only_edge_ports(group: Resource) -> Messages:
    """Security groups must allow only the ports of public services from the internet.

    Only the public entry points need to be reachable from the internet; every other open port
    increases the attack surface.

    References: FSBP EC2.18, Config vpc-sg-open-only-to-authorized-ports, Checkov CKV_AWS_260,
    cdk-nag AwsSolutions-EC23
    """
    allowed = {number(port) for port in group.params["allowedPorts"]}
    for entry in _open_entries(group):
        protocol = protocol_name(_protocol(entry))
        low, high = port_range(entry.get("fromPort"), entry.get("toPort"))
        if protocol in ("-1", "all"):
            low, high = port_range(None, None)
        elif protocol not in (*TCP, *UDP):
            continue  # not known yet, or without ports
        if low is None or high is None:
            continue
        beyond = next((port for port in _ports(low, high) if port not in allowed), None)
        if beyond is not None:
            shown = ", ".join(str(int(one)) for one in sorted(one or 0 for one in allowed))
            yield (
                f"The security group rule '{group.name}' must open only {shown} to the internet,"
                f" not {beyond}: set from_port and to_port to these."
            )


def _open(group: Resource, ports: list[int], protocols: tuple[str, ...]) -> Messages:
    """Yield a violation if *group* opens any of *ports* to every address."""
    for entry in _open_entries(group):
        first, last = entry.get("fromPort"), entry.get("toPort")
        allowed = matched_ports(_protocol(entry), first, last, ports, protocols=protocols)
        if allowed:
            shown = ", ".join(str(port) for port in sorted(allowed)[:3])
            more = " and more" if len(allowed) > 3 else ""  # noqa: PLR2004 - three are shown
            yield (
                f"The security group rule '{group.name}' must not allow the internet to reach port"
                f" {shown}{more}: name a security group or a smaller CIDR as its source."
            )


def _open_entries(group: Resource) -> Iterator[dict[str, Any]]:
    """Yield the ingress entries of *group* that allow every address."""
    for entry in _ingress_entries(group):
        sources = [source for key in SOURCES for source in as_list(entry.get(key))]
        if any(is_any_address(source) for source in sources):
            yield entry


def _ingress_entries(group: Resource) -> list[dict[str, Any]]:
    if group.type in (aws.SECURITY_GROUP, aws.DEFAULT_SECURITY_GROUP):
        return group.entries("ingress")
    if group.type == aws.SECURITY_GROUP_RULE and group.get("type") != "ingress":
        return []
    return [group.props]


def _protocol(entry: dict[str, Any]) -> Any:
    return entry.get("protocol", entry.get("ipProtocol"))


def _ports(low: float, high: float) -> range:
    return range(max(int(low), 0), min(int(high), LAST_PORT) + 1)
