"""Rules on security groups: what anybody on the internet can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.network import admits_tcp, is_anywhere
from policy.frame.rule import Level, Severity, rule
from policy.frame.values import as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
INGRESS_TYPES = (GROUP, DEFAULT_GROUP, OLD_RULE, INGRESS_RULE)
SOURCES = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")

DATA_PORTS = [
    20, 21, 23, 25, 110, 135, 143, 445, 1433, 1434, 1521, 2049, 2375, 2376, 2379, 3306, 4333, 5432,
    5500, 5601, 5671, 5672, 6379, 8162, 9092, 9094, 9096, 9098, 9200, 9300, 11211, 27017, 61614,
    61616, 61617,
]  # fmt: skip
"""Databases, caches, brokers and administration."""


@rule(
    *INGRESS_TYPES,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="An open SSH port is found and tried within minutes.",
    references=(
        "FSBP EC2.13",
        "CIS 3.0 5.2",
        "CIS 3.0 5.3",
        "CIS 7.0 6.3",
        "Config restricted-ssh",
        "Checkov CKV_AWS_24",
        "cdk-nag AwsSolutions-EC23",
    ),
)
def security_group_no_open_ssh(group: Resource) -> Iterator[str]:
    """Security groups must not open SSH to the internet."""
    yield from _open(group, [22])


@rule(
    *INGRESS_TYPES,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="An open remote desktop is found and tried within minutes.",
    references=("FSBP EC2.14", "CIS 3.0 5.2", "CIS 3.0 5.3", "Checkov CKV_AWS_25"),
)
def security_group_no_open_rdp(group: Resource) -> Iterator[str]:
    """Security groups must not open remote desktops to the internet."""
    yield from _open(group, [3389])


@rule(
    *INGRESS_TYPES,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A store that the internet can reach is one weak password away from being public.",
    params={"ports": DATA_PORTS},
    references=(
        "FSBP EC2.19",
        "Config vpc-sg-open-only-to-authorized-ports",
        "Config restricted-common-ports",
    ),
)
def security_group_no_open_data_ports(group: Resource) -> Iterator[str]:
    """Security groups must not open databases, caches or brokers to the internet."""
    yield from _open(group, [int(port) for port in group.params["ports"]])


def _open(group: Resource, ports: list[int]) -> Iterator[str]:
    """Say which of *ports* anybody can reach through the entries of *group*."""
    for entry in _ingress_entries(group):
        sources = [source for key in SOURCES for source in as_list(entry.get(key))]
        if not any(is_anywhere(source) for source in sources):
            continue
        protocol = entry.get("protocol", entry.get("ipProtocol"))
        admitted = admits_tcp(protocol, entry.get("fromPort"), entry.get("toPort"), ports)
        if admitted:
            shown = ", ".join(str(port) for port in sorted(admitted)[:3])
            more = " and more" if len(admitted) > 3 else ""  # noqa: PLR2004 - three are shown
            yield (
                f"The security group rule '{group.name}' must not admit the internet to port"
                f" {shown}{more}: name a security group or a narrow CIDR as its source."
            )


def _ingress_entries(group: Resource) -> list[dict[str, object]]:
    if group.type in (GROUP, DEFAULT_GROUP):
        return group.entries("ingress")
    if group.type == OLD_RULE and group.get("type") != "ingress":
        return []
    return [group.props]
