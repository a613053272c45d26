"""Examples of what comes with a VPC or an account, and of peering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import NAT, TABLE, VPC, another, fresh_vpc

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
LASTING = "the real provider keeps it too"
RESOLVED = {"allowRemoteVpcDnsResolution": True}


def peering(stage: Stage) -> dict:
    """Return the inputs of a connection between two VPCs that nobody else uses."""
    return {
        "vpcId": fresh_vpc(stage),
        "peerVpcId": another(stage, VPC, {"cidrBlock": "10.98.0.0/16"}),
        "autoAccept": True,
        "tags": {"Name": "example"},
    }


def requested(stage: Stage) -> dict:
    """Return the inputs of the accepter of a connection."""
    inputs = {**peering(stage), "autoAccept": False, "tags": {}}
    return {"vpcPeeringConnectionId": another(stage, PEERING, inputs)}


def main_table(stage: Stage) -> dict:
    """Return the inputs that adopt the main route table of a VPC."""
    vpc = stage.create(VPC, {"cidrBlock": "10.97.0.0/16"}, name=f"vpc-{stage.number()}")
    return {"defaultRouteTableId": vpc.outputs["defaultRouteTableId"]}


def nat_route(stage: Stage) -> list[dict]:
    return [{"cidrBlock": "0.0.0.0/0", "natGatewayId": stage.make(NAT)["id"]}]


newest: dict[str, str] = {}
"""The VPC of the newest `main_association`."""


def main_association(stage: Stage) -> dict:
    newest["vpc"] = vpc = fresh_vpc(stage)
    return {"vpcId": vpc, "routeTableId": another(stage, TABLE, {"vpcId": vpc})}


EXAMPLES = (
    Example(
        type="aws:ec2/defaultVpc:DefaultVpc",
        inputs=lambda _: {"tags": {"Name": "default"}},
        outputs={"cidrBlock": "172.31.0.0/16", "existingDefaultVpc": True},
        update={"tags": {"Name": "changed"}},
        values=lambda _: {
            "enableDnsHostnames": False,
            "enableDnsSupport": False,
            "assignGeneratedIpv6CidrBlock": True,
        },
        together=("enableDnsHostnames enableDnsSupport",),
        bad={"forceDestroy": True},
        lasting=LASTING,
    ),
    Example(
        type="aws:ec2/defaultSubnet:DefaultSubnet",
        inputs=lambda _: {"availabilityZone": "eu-west-1b", "tags": {"Name": "default"}},
        outputs={"mapPublicIpOnLaunch": True, "existingDefaultSubnet": True},
        update={"mapPublicIpOnLaunch": False, "tags": {"Name": "changed"}},
        optional=lambda _: {"ipv6CidrBlock": "2001:db8:1::/64"},
        bad={"privateDnsHostnameTypeOnLaunch": "pretty-name", "forceDestroy": True},
        lasting=LASTING,
    ),
    Example(
        type="aws:ec2/defaultRouteTable:DefaultRouteTable",
        inputs=lambda stage: {**main_table(stage), "routes": nat_route(stage)},
        update={"routes": [], "tags": {"Name": "changed"}},
        kept="routes",
        bad={"routes": [{"cidr": "0.0.0.0/0"}]},
        lasting=LASTING,
    ),
    Example(
        type="aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        inputs=main_association,
        values=lambda stage: {"routeTableId": another(stage, TABLE, {"vpcId": newest["vpc"]})},
        bad={"vpcId": None},
        told_once="originalRouteTableId",
        lasting="its VPC has a main route table again",
    ),
    Example(
        type=PEERING,
        inputs=peering,
        outputs={"acceptStatus": "active", "peerRegion": "eu-west-1"},
        update={"requester": RESOLVED, "tags": {"Name": "changed"}},
        values=lambda _: {"accepter": RESOLVED},
        bad={"accepter": {"allow": True}},
    ),
    Example(
        type="aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        inputs=lambda stage: {**requested(stage), "autoAccept": True},
        outputs={"acceptStatus": "active", "peerOwnerId": "000000000000"},
        update={"accepter": RESOLVED, "tags": {"Name": "changed"}},
        values=lambda _: {"requester": RESOLVED},
        bad={"requester": {"allow": True}},
        lasting=LASTING,
    ),
    Example(
        type="aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
        inputs=requested,
        update={"accepter": RESOLVED},
        values=lambda _: {"requester": RESOLVED},
        bad={"accepter": {"allow": True}},
        lasting=LASTING,
    ),
    Example(
        type="aws:ec2/route:Route",
        variant="peering",
        inputs=lambda stage: {
            "routeTableId": another(stage, TABLE, {"vpcId": stage.make(VPC)["id"]}),
            "destinationCidrBlock": "10.98.0.0/16",
            "natGatewayId": stage.make(NAT)["id"],
        },
        values=lambda stage: {
            "natGatewayId": None,
            "vpcPeeringConnectionId": stage.make(PEERING)["id"],
        },
        together=("natGatewayId vpcPeeringConnectionId",),
    ),
)
