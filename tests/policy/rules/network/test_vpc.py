"""What the rules on networks, subnets and routes accept and refuse."""

import pytest

from policy.rules.network.rds import rds_in_private_subnets
from policy.rules.network.subnet import (
    subnet_no_public_ip_on_launch,
    subnet_private_no_internet_gateway_route,
)
from policy.rules.network.transit_gateway import transit_gateway_no_auto_accept
from policy.rules.network.vpc import (
    vpc_default_not_used,
    vpc_flow_log_exists,
    vpc_flow_log_has_kept_destination,
    vpc_peering_route_narrow,
)
from policy.testing import check, messages, resource, stack, unknown


def vpc():
    return resource("aws:ec2/vpc:Vpc", "shop", {"cidrBlock": "10.0.0.0/16", "id": "vpc-1"})


def flow_log(**changes):
    props = {"vpcId": "vpc-1", "trafficType": "ALL", "logDestination": "arn:aws:logs:::flow"}
    return resource("aws:ec2/flowLog:FlowLog", "log", props | changes)


def subnet(name="shop", **changes):
    props = {"id": f"subnet-{name}", "vpcId": "vpc-1", "cidrBlock": "10.0.0.0/20"}
    return resource("aws:ec2/subnet:Subnet", name, props | changes)


def test_vpc_flow_log_exists():
    joined = {"log": {"vpcId": [vpc()]}}

    assert messages(vpc_flow_log_exists, stack(vpc(), flow_log())) == []
    assert messages(vpc_flow_log_exists, stack(vpc(), flow_log(trafficType=unknown))) == []
    unnamed = stack(vpc(), flow_log(vpcId=unknown), property_dependencies=joined)
    assert messages(vpc_flow_log_exists, unnamed) == []
    for broken in (
        stack(vpc()),
        stack(vpc(), flow_log(trafficType="ACCEPT")),
        stack(vpc(), flow_log(vpcId="vpc-2")),
    ):
        (said,) = messages(vpc_flow_log_exists, broken)
        assert "'shop' must log its traffic" in said


def test_vpc_flow_log_has_kept_destination():
    def kept_for(days):
        props = {"arn": "arn:aws:logs:::flow", "name": "flow", "retentionInDays": days}
        return resource("aws:cloudwatch/logGroup:LogGroup", "group", props)

    rule = vpc_flow_log_has_kept_destination
    assert messages(rule, stack(flow_log(), kept_for(90))) == []
    assert messages(rule, stack(flow_log(), kept_for(unknown))) == []
    assert messages(rule, stack(flow_log(logDestinationType="s3"), kept_for(0))) == []
    assert messages(rule, stack(flow_log(logDestination=unknown))) == []
    assert "set log_destination" in messages(rule, stack(flow_log(logDestination=None)))[0]
    assert "set retention_in_days" in messages(rule, stack(flow_log(), kept_for(0)))[0]


def test_vpc_default_not_used():
    default = resource("aws:ec2/defaultVpc:DefaultVpc", "shop", {"tags": {"owner": "platform"}})

    assert "'shop' must not be used" in messages(vpc_default_not_used, default)[0]
    assert messages(vpc_default_not_used, vpc()) == []


def test_vpc_peering_route_narrow():
    check(
        vpc_peering_route_narrow,
        "aws:ec2/route:Route",
        {
            "routeTableId": "rtb-1",
            "vpcPeeringConnectionId": "pcx-1",
            "destinationCidrBlock": "10.8.0.0/16",
        },
        kept=[{"vpcPeeringConnectionId": None, "destinationCidrBlock": "0.0.0.0/0"}],
        broken=[
            {"destinationCidrBlock": "0.0.0.0/0"},
            {"destinationCidrBlock": None, "destinationIpv6CidrBlock": "::/0"},
            {"vpcPeeringConnectionId": unknown, "destinationCidrBlock": "0.0.0.0/0"},
        ],
        unknown_at=["destinationCidrBlock", "vpcPeeringConnectionId"],
    )


def test_inline_routes_to_a_peer_must_be_narrow_too():
    check(
        vpc_peering_route_narrow,
        "aws:ec2/routeTable:RouteTable",
        {"vpcId": "vpc-1", "routes": [{"cidrBlock": "10.8.0.0/16"}]},
        kept=[{"routes": [{"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}]}],
        broken=[{"routes": [{"cidrBlock": "0.0.0.0/0", "vpcPeeringConnectionId": "pcx-1"}]}],
        unknown_at=["routes"],
    )


def test_subnet_no_public_ip_on_launch():
    check(
        subnet_no_public_ip_on_launch,
        "aws:ec2/subnet:Subnet",
        {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/20", "mapPublicIpOnLaunch": False},
        kept=[
            {"mapPublicIpOnLaunch": None},
            {"mapPublicIpOnLaunch": True, "tags": {"tier": "public"}},
            {"mapPublicIpOnLaunch": True, "tagsAll": {"tier": unknown}},
        ],
        broken=[
            {"mapPublicIpOnLaunch": True},
            {"mapPublicIpOnLaunch": True, "tagsAll": {"tier": "data"}},
        ],
        unknown_at=["mapPublicIpOnLaunch"],
    )


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


def test_rds_in_private_subnets():
    def cluster(**changes):
        props = {"engine": "aurora-postgresql", "dbSubnetGroupName": "orders"}
        return resource("aws:rds/cluster:Cluster", "orders", props | changes)

    def group(*ids):
        props = {"name": "orders", "subnetIds": list(ids)}
        return resource("aws:rds/subnetGroup:SubnetGroup", "group", props)

    rule = rds_in_private_subnets
    private, public = subnet("a"), subnet("b", tags={"tier": "public"})
    assert messages(rds_in_private_subnets, stack(cluster(), group("subnet-a"), private)) == []
    assert messages(rule, stack(cluster(dbSubnetGroupName=unknown), public)) == []
    assert messages(rule, stack(cluster(), group("subnet-b"), subnet("b", tags=unknown))) == []
    for broken in (
        stack(cluster(dbSubnetGroupName=None)),
        stack(cluster(), group("subnet-a", "subnet-b"), private, public),
        stack(cluster(), group("subnet-c"), subnet("c", mapPublicIpOnLaunch=True)),
        stack(cluster(), group("subnet-shop"), *routed({"gatewayId": "igw-1"}, inline=True)),
    ):
        (said,) = messages(rule, broken)
        assert "'orders' must be in private subnets" in said


def test_transit_gateway_no_auto_accept():
    check(
        transit_gateway_no_auto_accept,
        "aws:ec2transitgateway/transitGateway:TransitGateway",
        {"description": "shop", "autoAcceptSharedAttachments": "disable"},
        kept=[{"autoAcceptSharedAttachments": None}],
        broken=[{"autoAcceptSharedAttachments": "enable"}],
        unknown_at=["autoAcceptSharedAttachments"],
    )
