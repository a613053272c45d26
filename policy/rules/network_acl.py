"""Rules on network ACLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.network import covers_all_ports, is_any_address, matched_tcp_ports
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import is_true

if TYPE_CHECKING:
    from collections.abc import Iterator


DEFAULT_NETWORK_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
NETWORK_ACL = "aws:ec2/networkAcl:NetworkAcl"
NETWORK_ACL_ASSOCIATION = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
NETWORK_ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
ADMIN_PORTS = (22, 3389)


@rule(NETWORK_ACL, DEFAULT_NETWORK_ACL, NETWORK_ACL_RULE)
@classify("security", "network", "high", "mandatory")
def network_acl_no_open_admin_ports(acl: Resource) -> Messages:
    """Network ACLs must not allow SSH or remote desktop from the internet.

    A network ACL still blocks SSH and remote desktop when a security group allows them by mistake.

    References: FSBP EC2.21, CIS 3.0 5.1, CIS 7.0 6.2, Config nacl-no-unrestricted-ssh-rdp,
    Checkov CKV_AWS_231, Checkov CKV_AWS_232
    """
    for entry in _public_ingress(acl):
        open_ports = matched_tcp_ports(entry.get("protocol"), *_ports(entry), ADMIN_PORTS)
        if open_ports:
            shown = " and ".join(str(port) for port in sorted(open_ports))
            yield (
                f"The network ACL '{acl.name}' must not allow the internet to reach port {shown}:"
                " restrict cidr_block or ipv6_cidr_block."
            )


@rule(NETWORK_ACL, DEFAULT_NETWORK_ACL, NETWORK_ACL_RULE)
@classify("security", "network", "medium", "advisory")
def network_acl_no_open_all_ports(acl: Resource) -> Messages:
    """Network ACLs must not allow all ports from the internet.

    A network ACL that allows all ports offers no protection beyond the security groups.

    References: Checkov CKV_AWS_352
    """
    for entry in _public_ingress(acl):
        if covers_all_ports(entry.get("protocol"), *_ports(entry)):
            yield (
                f"The network ACL '{acl.name}' must not allow the internet to reach all ports:"
                " restrict from_port and to_port, or cidr_block."
            )


@stack_rule(NETWORK_ACL, NETWORK_ACL_ASSOCIATION)
@classify("security", "network", "low", "advisory")
def network_acl_in_use(stack: Stack) -> Findings:
    """Network ACLs must be in use.

    An ACL without subnets has no effect, although it suggests that traffic is filtered.

    References: FSBP EC2.16, Config vpc-network-acl-unused-check, Checkov CKV2_AWS_1
    """
    for acl in stack.of_type(NETWORK_ACL):
        if acl.is_missing("subnetIds") and stack.has_no_referrer(
            acl, "networkAclId", NETWORK_ACL_ASSOCIATION
        ):
            yield acl.finding(
                f"The network ACL '{acl.name}' must be in use: set subnet_ids or add an"
                " aws.ec2.NetworkAclAssociation."
            )


def _public_ingress(acl: Resource) -> Iterator[dict[str, Any]]:
    """Yield the ingress entries of *acl* that allow every address."""
    if acl.type == NETWORK_ACL_RULE:
        entries = [] if is_true(acl.get("egress")) else [acl.props]
    else:
        entries = acl.entries("ingress")
    for entry in entries:
        action = entry.get("ruleAction" if acl.type == NETWORK_ACL_RULE else "action")
        anywhere = is_any_address(entry.get("cidrBlock")) or is_any_address(
            entry.get("ipv6CidrBlock")
        )
        if anywhere and str(action).lower() == "allow":
            yield entry


def _ports(entry: dict[str, Any]) -> tuple[Any, Any]:
    """Return the ports of *entry*; the provider sends 0 for a missing one."""
    first, last = entry.get("fromPort"), entry.get("toPort")
    return (0.0 if first is None else first, 0.0 if last is None else last)
