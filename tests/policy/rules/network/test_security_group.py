"""What the rules on security groups accept and refuse."""

import pytest

from policy.rules.network.ecs import ecs_service_no_public_ip
from policy.rules.network.security_group import (
    security_group_no_open_data_ports,
    security_group_no_open_rdp,
    security_group_no_open_ssh,
)
from policy.testing import check, messages, resource, unknown

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
RULES = [
    (security_group_no_open_ssh, 22),
    (security_group_no_open_rdp, 3389),
    (security_group_no_open_data_ports, 5432),
]


def ingress(port, **changes):
    return {
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "cidrIpv4": "10.0.0.0/16",
    } | changes


def entry(port, **changes):
    entries = {"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": ["10.0.0.0/8"]}
    return {"ingress": [entries | changes]}


@pytest.mark.parametrize(("rule", "port"), RULES)
def test_standalone_rules_must_not_admit_the_internet(rule, port):
    check(
        rule,
        INGRESS,
        ingress(port),
        kept=[
            ingress(443, cidrIpv4="0.0.0.0/0"),
            ingress(port, ipProtocol="udp", cidrIpv4="0.0.0.0/0"),
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

    assert messages(security_group_no_open_ssh, seen) == []


def test_ecs_service_no_public_ip():
    check(
        ecs_service_no_public_ip,
        "aws:ecs/service:Service",
        {
            "cluster": "arn:aws:ecs:eu-west-1:1:cluster/shop",
            "desiredCount": 2,
            "networkConfiguration": {"subnets": ["a"], "assignPublicIp": False},
        },
        kept=[{"networkConfiguration": None}, {"networkConfiguration": {"subnets": ["a"]}}],
        broken=[{"networkConfiguration": {"subnets": ["a"], "assignPublicIp": True}}],
        unknown_at=["networkConfiguration"],
    )
