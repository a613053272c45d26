"""Tests of policy.rules.network_acl."""

import pytest

from policy.rules import network_acl as rules
from policy.testing import check, messages, resource, stack, unknown

ACL = "aws:ec2/networkAcl:NetworkAcl"
ALL = {"protocol": "-1", "fromPort": 0, "toPort": 0}
RULES = [
    (rules.network_acl_no_open_admin_ports, {"fromPort": 22, "toPort": 22}),
    (rules.network_acl_no_open_admin_ports, {"fromPort": 3000, "toPort": 4000}),
    (rules.network_acl_no_open_admin_ports, ALL),
    (rules.network_acl_no_open_all_ports, ALL),
    (rules.network_acl_no_open_all_ports, {"fromPort": 1, "toPort": 65535}),
]


def entry(**changes):
    one = {
        "action": "allow",
        "ruleNo": 100,
        "protocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrBlock": "0.0.0.0/0",
    }
    return {"ingress": [one | changes]}


@pytest.mark.parametrize(("rule", "wide"), RULES)
def test_inline_entries_must_not_admit_the_internet(rule, wide):
    check(
        rule,
        ACL,
        {"vpcId": "vpc-1", "subnetIds": ["subnet-1"]} | entry(),
        kept=[
            entry(**wide, cidrBlock="10.0.0.0/8"),
            entry(**wide, action="deny"),
            entry(**wide, cidrBlock=unknown),
            {"ingress": None, "egress": entry(**wide)["ingress"]},
        ],
        broken=[entry(**wide), entry(**wide, cidrBlock=None, ipv6CidrBlock="::/0")],
        unknown_at=["ingress"],
    )


@pytest.mark.parametrize(("rule", "wide"), RULES)
def test_standalone_entries_must_not_admit_the_internet(rule, wide):
    check(
        rule,
        "aws:ec2/networkAclRule:NetworkAclRule",
        {
            "networkAclId": "acl-1",
            "ruleNumber": 100,
            "ruleAction": "allow",
            "protocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "cidrBlock": "0.0.0.0/0",
        },
        kept=[
            wide | {"egress": True},
            wide | {"ruleAction": "deny"},
            {"fromPort": None, "toPort": None},  # the provider sends 0 for both
        ],
        broken=[wide],
        unknown_at=["protocol", "fromPort", "cidrBlock"],
    )


def test_network_acl_in_use():
    association = resource(
        "aws:ec2/networkAclAssociation:NetworkAclAssociation",
        "association",
        {"networkAclId": "acl-1", "subnetId": "subnet-1"},
    )
    bare = resource(ACL, "shop", {"id": "acl-1", "vpcId": "vpc-1"})

    rule = rules.network_acl_in_use
    for subnets in (["subnet-1"], unknown):
        used = resource(ACL, "shop", {"vpcId": "vpc-1", "subnetIds": subnets})
        assert messages(rule, stack(used)) == []
    assert messages(rule, stack(bare, association)) == []
    assert "'shop' must be in use" in messages(rule, stack(bare))[0]
