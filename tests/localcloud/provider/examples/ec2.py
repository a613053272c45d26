"""Examples of networks, gateways, routes and security groups."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
NAT = "aws:ec2/natGateway:NatGateway"
EIP = "aws:ec2/eip:Eip"
TABLE = "aws:ec2/routeTable:RouteTable"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
GROUP = "aws:ec2/securityGroup:SecurityGroup"

thirds = itertools.count()
"""The third number of the next subnet: subnets of one VPC must not overlap."""


def subnet(stage: Stage, zone: str = "eu-west-1a") -> dict:
    return {
        "vpcId": stage.make(VPC)["id"],
        "cidrBlock": f"10.20.{next(thirds)}.0/24",
        "availabilityZone": zone,
        "tags": {"Name": "example"},
    }


def two_subnets(stage: Stage) -> list[str]:
    """Return the ids of two subnets in two zones."""
    key = "second subnet"
    if key not in stage.made:
        stage.made[key] = stage.create(SUBNET, subnet(stage, "eu-west-1b"), name="second")
    return [stage.make(SUBNET)["id"], stage.made[key].id]


def fresh_vpc(stage: Stage) -> str:
    """Return a VPC that nobody else uses."""
    return stage.create(VPC, {"cidrBlock": "10.99.0.0/16"}, name="fresh").id


def fresh_address(stage: Stage) -> str:
    return stage.create(EIP, {"domain": "vpc"}, name="fresh").id


def another(stage: Stage, type_: str, inputs: dict) -> str:
    """Return the id of one more object of *type_*."""
    return stage.create(type_, inputs, name=f"another-{stage.number()}").id


def interface(stage: Stage) -> str:
    """Return the id of a network interface."""
    return stage.make(NAT)["networkInterfaceId"]


def endpoint(stage: Stage) -> dict:
    return {
        "vpcId": stage.make(VPC)["id"],
        "serviceName": "com.amazonaws.eu-west-1.s3",
        "routeTableIds": [stage.make(TABLE)["id"]],
        "policy": json.dumps({"Version": "2012-10-17", "Statement": []}),
        "tags": {"Name": "example"},
    }


def flow_log(stage: Stage) -> dict:
    return {
        "vpcId": fresh_vpc(stage),
        "trafficType": "ALL",
        "logDestination": "arn:aws:logs:eu-west-1:000000000000:log-group:example",
        "iamRoleArn": "arn:aws:iam::000000000000:role/example",
        "maxAggregationInterval": 60,
        "tags": {"Name": "example"},
    }


HTTPS = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}
OUT = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}

EXAMPLES = (
    Example(
        type=VPC,
        inputs=lambda _: {
            "cidrBlock": "10.20.0.0/16",
            "enableDnsHostnames": True,
            "tags": {"Name": "example"},
        },
        outputs={
            "enableDnsHostnames": True,
            "enableDnsSupport": True,
            "instanceTenancy": "default",
            "ownerId": "000000000000",
        },
        update={
            "enableDnsHostnames": False,
            "assignGeneratedIpv6CidrBlock": True,
            "enableNetworkAddressUsageMetrics": True,
            "tags": {"Name": "changed"},
        },
        values=lambda _: {"enableDnsHostnames": False, "enableDnsSupport": False},
        together=("enableDnsHostnames enableDnsSupport",),
        bad={"cidrBlock": "10.0.0.0", "instanceTenancy": "shared"},
    ),
    Example(
        type=SUBNET,
        inputs=subnet,
        outputs={"mapPublicIpOnLaunch": False, "availabilityZone": "eu-west-1a"},
        update={"mapPublicIpOnLaunch": True, "tags": {"Name": "changed"}},
        optional=lambda _: {"ipv6CidrBlock": "2001:db8::/64", "mapPublicIpOnLaunch": True},
        bad={"cidrBlock": "wide", "privateDnsHostnameTypeOnLaunch": "pretty-name"},
    ),
    Example(
        type=GATEWAY,
        inputs=lambda stage: {"vpcId": fresh_vpc(stage), "tags": {"Name": "example"}},
        update={"tags": {"Name": "changed"}},
        values=lambda stage: {"vpcId": fresh_vpc(stage)},
        bad={"vpcId": ["one", "two"]},
    ),
    Example(
        type=EIP,
        inputs=lambda _: {"domain": "vpc", "tags": {"Name": "example"}},
        outputs={"domain": "vpc"},
        update={"tags": {"Name": "changed"}},
        values=lambda stage: {"networkInterface": interface(stage)},
        bad={"domain": "classic"},
    ),
    Example(
        type=EIP,
        variant="instance",
        inputs=lambda _: {"domain": "vpc"},
        values=lambda stage: {"instance": stage.make("aws:ec2/instance:Instance")["id"]},
    ),
    Example(
        type=NAT,
        inputs=lambda stage: {
            "subnetId": stage.make(SUBNET)["id"],
            "allocationId": fresh_address(stage),
            "tags": {"Name": "example"},
        },
        outputs={"connectivityType": "public"},
        update={"tags": {"Name": "changed"}},
        bad={"connectivityType": "secret"},
    ),
    Example(
        type=TABLE,
        inputs=lambda stage: {
            "vpcId": stage.make(VPC)["id"],
            "routes": [{"cidrBlock": "0.0.0.0/0", "natGatewayId": stage.make(NAT)["id"]}],
        },
        update={"routes": [], "tags": {"Name": "changed"}},
        kept="routes",
        bad={"routes": [{"cidr": "0.0.0.0/0"}]},
    ),
    Example(
        type="aws:ec2/route:Route",
        inputs=lambda stage: {
            "routeTableId": stage.create(
                TABLE, {"vpcId": stage.make(VPC)["id"]}, name="for-the-route"
            ).id,
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": stage.make(GATEWAY)["id"],
        },
        outputs={"origin": "CreateRoute", "state": "active"},
        values=lambda stage: {"gatewayId": None, "natGatewayId": stage.make(NAT)["id"]},
        together=("gatewayId natGatewayId",),
        kept="gatewayId",
        bad={"natGatewayId": "nat-1", "destinationIpv6CidrBlock": "::/0"},
    ),
    Example(
        type="aws:ec2/routeTableAssociation:RouteTableAssociation",
        inputs=lambda stage: {
            "routeTableId": stage.make(TABLE)["id"],
            "subnetId": stage.create(SUBNET, subnet(stage), name="to-associate").id,
        },
        values=lambda stage: {
            "routeTableId": another(stage, TABLE, {"vpcId": stage.make(VPC)["id"]})
        },
        bad={"routeTableId": None},
    ),
    Example(
        type=ENDPOINT,
        inputs=endpoint,
        outputs={"vpcEndpointType": "Gateway", "state": "available"},
        update={"policy": allow("s3:GetObject"), "routeTableIds": [], "tags": {"Name": "changed"}},
        kept="policy",
        bad={"vpcEndpointType": "Tunnel", "ipAddressType": "ipv5"},
    ),
    Example(
        type=ENDPOINT,
        variant="interface",
        inputs=lambda stage: {
            "vpcId": stage.make(VPC)["id"],
            "serviceName": "com.amazonaws.eu-west-1.sqs",
            "vpcEndpointType": "Interface",
            "subnetIds": two_subnets(stage)[:1],
            "securityGroupIds": [stage.make(GROUP)["id"]],
        },
        values=lambda stage: {
            "privateDnsEnabled": True,
            "subnetIds": two_subnets(stage),
            "securityGroupIds": [another(stage, GROUP, {"vpcId": stage.make(VPC)["id"]})],
        },
    ),
    Example(
        type="aws:ec2/route:Route",
        variant="interface",
        inputs=lambda stage: {
            "routeTableId": another(stage, TABLE, {"vpcId": stage.make(VPC)["id"]}),
            "destinationCidrBlock": "0.0.0.0/0",
            "natGatewayId": stage.make(NAT)["id"],
        },
        values=lambda stage: {"natGatewayId": None, "networkInterfaceId": interface(stage)},
        together=("natGatewayId networkInterfaceId",),
    ),
    Example(
        type="aws:ec2/flowLog:FlowLog",
        inputs=flow_log,
        outputs={"trafficType": "ALL", "maxAggregationInterval": 60},
        update={"tags": {"Name": "changed"}},
        bad={"maxAggregationInterval": 120, "trafficType": "SOME", "subnetId": "subnet-1"},
    ),
    Example(
        type=GROUP,
        inputs=lambda stage: {
            "vpcId": stage.make(VPC)["id"],
            "description": "An example",
            "ingress": [{**HTTPS, "self": True}],
            "egress": [OUT],
            "tags": {"Name": "example"},
        },
        update={
            "ingress": [HTTPS, {**HTTPS, "fromPort": 80, "toPort": 81, "description": "web"}],
            "egress": [],
            "tags": {"Name": "changed"},
        },
        kept="egress ingress",
        bad={
            "description": "no <angles>",
            "ingress": [{**HTTPS, "fromPort": 444}],
            "name": "sg-mine",
        },
    ),
    Example(
        type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        inputs=lambda stage: {"vpcId": fresh_vpc(stage), "tags": {"Name": "example"}},
        outputs={"ingress": [], "egress": [], "name": "default"},
        update={"egress": [OUT], "tags": {"Name": "changed"}},
        values=lambda _: {"ingress": [HTTPS]},
        bad={"ingress": [{**HTTPS, "fromPort": 444}]},
        lasting="it lives as long as its VPC",
    ),
)
