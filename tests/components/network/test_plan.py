"""How a network's addresses are shared out."""

from __future__ import annotations

import ipaddress
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.args import InvalidArgError
from components.network.plan import Tier, plan

ZONES = ["a", "b", "c", "d"]
networks = st.builds(
    lambda address, prefix: str(ipaddress.IPv4Network((address, prefix), strict=False)),
    st.integers(0, 2**32 - 1),
    st.integers(16, 24),
)
zone_counts = st.integers(2, 4)


@given(cidr=networks, zones=zone_counts)
def test_subnets_never_overlap_and_never_leave_the_network(cidr, zones):
    whole = ipaddress.IPv4Network(cidr)
    blocks = [ipaddress.IPv4Network(subnet.cidr) for subnet in plan(cidr, ZONES[:zones])]

    assert all(block.subnet_of(whole) for block in blocks)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(blocks, 2))


@given(cidr=networks, zones=zone_counts)
def test_each_zone_has_a_subnet_of_each_tier_that_aws_accepts(cidr, zones):
    subnets = plan(cidr, ZONES[:zones])

    assert [(s.zone, s.tier) for s in subnets] == list(itertools.product(ZONES[:zones], Tier))
    assert all(ipaddress.IPv4Network(s.cidr).prefixlen <= 28 for s in subnets)


@given(cidr=networks, zones=st.integers(2, 3))
def test_a_zone_that_is_added_moves_none_of_the_others(cidr, zones):
    assert plan(cidr, ZONES[:zones]) == plan(cidr, ZONES[: zones + 1])[: 3 * zones]


def test_half_of_a_zone_is_private():
    assert [(s.tier, s.cidr) for s in plan("10.0.0.0/16", ["a", "b"])[:3]] == [
        (Tier.PUBLIC, "10.0.32.0/20"),
        (Tier.PRIVATE, "10.0.0.0/19"),
        (Tier.ISOLATED, "10.0.48.0/20"),
    ]


@pytest.mark.parametrize(
    ("cidr", "zones", "told"),
    [
        ("10.0.0.0/8", ["a", "b"], "use a prefix from /16 to /24"),
        ("10.0.0.0/25", ["a", "b"], "use a prefix from /16 to /24"),
        ("10.0.0.1/16", ["a", "b"], "use an IPv4 network such as"),
        ("10.0.0.0/16", ["a"], "name 2 to 4 availability zones"),
        ("10.0.0.0/16", ["a", "a"], "name each availability zone once"),
    ],
)
def test_what_cannot_be_planned_is_refused(cidr, zones, told):
    with pytest.raises(InvalidArgError, match=told):
        plan(cidr, zones)
