"""EC2: Elastic IP addresses and NAT gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.ec2.resources.vpcs import TAGS
from localcloud.provider.row import REPLACE, UPDATE, Input, Op, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def associate_address(context: Context) -> None:
    """Associate the address with its network interface or instance."""
    for key, member in (("networkInterface", "NetworkInterfaceId"), ("instance", "InstanceId")):
        if wanted := context.inputs.get(key):
            context.call("AssociateAddress", **{"AllocationId": context.id, member: wanted})


def create_address(context: Context) -> str:
    """Allocate an address and associate it."""
    only = """address customerOwnedIpv4Pool domain ipamPoolId networkBorderGroup publicIpv4Pool
        tags"""
    op = Op(name="AllocateAddress", only=only, fixed={"Domain": "vpc"})
    context.id = context.call_with_inputs(op)["AllocationId"]
    associate_address(context)
    return context.id


def change_address(context: Context) -> None:
    """Associate the address with another network interface or instance."""
    if context.changed & {"networkInterface", "instance"}:
        found = context.call("DescribeAddresses", AllocationIds=[context.id])["Addresses"][0]
        if bound := found.get("AssociationId"):
            context.call("DisassociateAddress", AssociationId=bound)
        associate_address(context)


def address_outputs(context: Context, found: Properties) -> Properties:
    """Return the DNS names of the address."""
    dashed = str(found.get("PublicIp", "")).replace(".", "-")
    return {
        "allocationId": context.id,
        "instance": found.get("InstanceId", ""),
        "networkInterface": found.get("NetworkInterfaceId", ""),
        "publicDns": f"ec2-{dashed}.{context.region}.compute.amazonaws.com",
    }


EIP = Row(
    type="aws:ec2/eip:Eip",
    service="ec2",
    inputs={
        **each(UPDATE, "instance networkInterface tags"),
        "associateWithPrivateIp": Input(UPDATE, supported=False),
        **each(REPLACE, "address domain region"),
        "customerOwnedIpv4Pool": Input(REPLACE, supported=False),
        "ipamPoolId": Input(REPLACE, supported=False),
        "networkBorderGroup": Input(REPLACE, supported=False),
        "publicIpv4Pool": Input(REPLACE, supported=False),
    },
    create=create_address,
    read=Op(name="DescribeAddresses", keys={"AllocationIds": "id"}, result="Addresses[0]"),
    update=change_address,
    delete=Op(name="ReleaseAddress", keys={"AllocationId": "id"}),
    tags=TAGS,
    computed=address_outputs,
    arn="arn:{partition}:ec2:{region}:{account}:elastic-ip/{id}",
    check_operations=("AllocateAddress",),
)

NAT_GATEWAY = Row(
    type="aws:ec2/natGateway:NatGateway",
    service="ec2",
    inputs={
        **each(REPLACE, "allocationId privateIp region subnetId"),
        "connectivityType": Input(REPLACE, default="public"),
        "tags": Input(UPDATE),
        "availabilityZoneAddresses": Input(UPDATE, supported=False),
        "secondaryAllocationIds": Input(UPDATE, supported=False),
        "secondaryPrivateIpAddressCount": Input(UPDATE, supported=False),
        "secondaryPrivateIpAddresses": Input(UPDATE, supported=False),
        "availabilityMode": Input(REPLACE, supported=False),
        "vpcId": Input(REPLACE, supported=False),
    },
    create=Op(name="CreateNatGateway"),
    id="NatGateway.NatGatewayId",
    read=Op(
        name="DescribeNatGateways",
        keys={"NatGatewayIds": "id"},
        result="NatGateways[?State!='deleted'] | [0]",
    ),
    delete=Op(name="DeleteNatGateway", keys={"NatGatewayId": "id"}),
    tags=TAGS,
    outputs={
        "allocationId": "NatGatewayAddresses[0].AllocationId",
        "associationId": "NatGatewayAddresses[0].AssociationId",
        "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
        "privateIp": "NatGatewayAddresses[0].PrivateIp",
        "publicIp": "NatGatewayAddresses[0].PublicIp",
    },
    computed=lambda context, _: {"connectivityType": context.get("connectivityType") or "public"},
)

ROWS = (EIP, NAT_GATEWAY)
