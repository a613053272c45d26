"""Tests of policy.rules.subnet."""

import pytest

from policy.rules.subnet import subnet_private_no_internet_gateway_route
from policy.testing import messages, resource, stack, unknown


def subnet(name="shop", **changes):
    props = {"id": f"subnet-{name}", "vpcId": "vpc-1", "cidrBlock": "10.0.0.0/20"}
    return resource("aws:ec2/subnet:Subnet", name, props | changes)


def routed(gateway, *, inline=False, target=None):
    """Return the resources and dependencies of a subnet with a default route to *gateway*."""
    target = target or subnet()
    route = {"cidrBlock": "0.0.0.0/0", **gateway}
    table = resource(
        "aws:ec2/routeTable:RouteTable",
        "table",
        {"id": "rtb-1", "vpcId": "vpc-1"} | ({"routes": [route]} if inline else {}),
    )
    resources = [
        target,
        table,
        resource("aws:ec2/internetGateway:InternetGateway", "gateway", {"id": "igw-1"}),
        resource(
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            "association",
            {"subnetId": target.props["id"], "routeTableId": "rtb-1"},
        ),
    ]
    if not inline:
        own = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", **gateway}
        resources.append(resource("aws:ec2/route:Route", "route", own))
    return resources


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
