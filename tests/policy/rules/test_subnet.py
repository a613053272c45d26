"""Tests of policy.rules.subnet."""

import pytest

from policy.rules.subnet import subnet_private_no_internet_gateway_route
from policy.testing import messages, stack, unknown
from tests.policy.rules.samples.routes import routed, subnet


@pytest.mark.parametrize("inline", [True, False])
def test_private_subnets_must_not_lead_to_an_internet_gateway(inline):
    rule = subnet_private_no_internet_gateway_route
    nat = routed({"natGatewayId": "nat-1"}, inline=inline)
    internet = routed({"gatewayId": "igw-1"}, inline=inline)
    public = routed({"gatewayId": "igw-1"}, inline=inline, target=subnet(tags={"tier": "public"}))

    assert messages(rule, stack(*nat)) == []
    assert messages(rule, stack(*public)) == []
    assert messages(rule, stack(subnet())) == []
    assert "private subnet 'shop' must not" in messages(rule, stack(*internet))[0]


def test_a_gateway_that_is_not_known_yet_counts_by_its_dependency():
    resources = routed({"gatewayId": unknown})
    by_name = {one.name: one for one in resources}
    joined = {"route": {"gatewayId": [by_name["gateway"]], "routeTableId": [by_name["table"]]}}
    rule = subnet_private_no_internet_gateway_route

    assert messages(rule, stack(*resources)) == []
    assert len(messages(rule, stack(*resources, property_dependencies=joined))) == 1
