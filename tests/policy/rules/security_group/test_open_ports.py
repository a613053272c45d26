"""Tests of policy.rules.security_group.open_ports."""

import pytest

from policy.rules.security_group import open_ports as rules
from policy.testing import check, messages, resource, unknown
from tests.policy.rules.samples.security_groups import INGRESS, entry, ingress

RULES = [
    (rules.security_group_no_open_ssh, 22),
    (rules.security_group_no_open_rdp, 3389),
    (rules.security_group_no_open_data_ports, 5432),
]


@pytest.mark.parametrize(("rule", "port"), RULES)
def test_standalone_rules_must_not_admit_the_internet(rule, port):
    check(
        rule,
        INGRESS,
        ingress(port),
        kept=[
            ingress(443, cidrIpv4="0.0.0.0/0"),
            ingress(port, ipProtocol="icmp", cidrIpv4="0.0.0.0/0"),
            {"cidrIpv4": None, "referencedSecurityGroupId": "sg-1"},
        ],
        broken=[
            {"cidrIpv4": "0.0.0.0/0"},
            {"cidrIpv4": None, "cidrIpv6": "::/0"},
            {"cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1", "fromPort": None, "toPort": None},
            {"cidrIpv4": "0.0.0.0/0", "fromPort": 0, "toPort": 65535},
        ],
        unknown_at=["cidrIpv4", "ipProtocol"],
    )


@pytest.mark.parametrize(("rule", "port"), RULES)
def test_inline_rules_must_not_admit_the_internet(rule, port):
    check(
        rule,
        "aws:ec2/securityGroup:SecurityGroup",
        entry(port) | {"vpcId": "vpc-1", "description": "orders"},
        kept=[entry(port, cidrBlocks=[unknown])],
        broken=[
            entry(port, cidrBlocks=["10.0.0.0/8", "0.0.0.0/0"]),
            entry(port, cidrBlocks=[unknown, "0.0.0.0/0"]),
            entry(port, cidrBlocks=None, ipv6CidrBlocks=["0::/0"]),
        ],
        unknown_at=["ingress"],
    )


def test_an_egress_rule_of_the_old_kind_is_not_ingress():
    old = {
        "type": "egress",
        "protocol": "-1",
        "fromPort": 0,
        "toPort": 0,
        "cidrBlocks": ["0.0.0.0/0"],
    }
    seen = resource("aws:ec2/securityGroupRule:SecurityGroupRule", "shop", old)

    assert messages(rules.security_group_no_open_ssh, seen) == []


def test_a_remote_desktop_is_reached_over_udp_too():
    open_udp = ingress(3389, ipProtocol="udp", cidrIpv4="0.0.0.0/0")

    assert messages(rules.security_group_no_open_rdp, resource(INGRESS, "shop", open_udp))
    assert not messages(rules.security_group_no_open_ssh, resource(INGRESS, "shop", open_udp))


def test_an_environment_adds_the_port_that_its_load_balancer_redirects():
    plain = resource(INGRESS, "shop", ingress(80, cidrIpv4="0.0.0.0/0"))
    params = {"allowedPorts": [80, 443]}

    assert messages(rules.security_group_open_only_edge_ports, plain, params=params) == []
