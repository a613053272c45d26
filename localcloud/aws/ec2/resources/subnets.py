"""EC2: subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.ec2.resources.vpcs import CIDR, TAGS, first_ipv6, ipv6_blocks, set_switches
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

SUBNET_SWITCHES = {
    "assignIpv6AddressOnCreation": ("AssignIpv6AddressOnCreation", False),
    "enableDns64": ("EnableDns64", False),
    "enableResourceNameDnsARecordOnLaunch": ("EnableResourceNameDnsARecordOnLaunch", False),
    "enableResourceNameDnsAaaaRecordOnLaunch": ("EnableResourceNameDnsAAAARecordOnLaunch", False),
    "mapPublicIpOnLaunch": ("MapPublicIpOnLaunch", False),
}
"""Input -> attribute of a subnet and its default."""


def create_subnet(context: Context) -> str:
    """Create a subnet and set the attributes that CreateSubnet does not take."""
    only = """vpcId availabilityZone availabilityZoneId cidrBlock ipv4IpamPoolId ipv4NetmaskLength
        ipv6CidrBlock ipv6IpamPoolId ipv6Native ipv6NetmaskLength outpostArn tags"""
    context.id = context.call_with_inputs(Op(name="CreateSubnet", only=only))["Subnet"]["SubnetId"]
    set_subnet(context)
    return context.id


def change_subnet(context: Context) -> None:
    """Change the IPv6 CIDR block and the attributes."""
    if "ipv6CidrBlock" in context.changed:
        for block in ipv6_blocks(read_subnet(context) or {}):
            context.delete_if_exists(
                "DisassociateSubnetCidrBlock", AssociationId=block["AssociationId"]
            )
        if block := context.inputs.get("ipv6CidrBlock"):
            context.call("AssociateSubnetCidrBlock", SubnetId=context.id, Ipv6CidrBlock=block)
    set_subnet(context)


def set_subnet(context: Context) -> None:
    """Set the attributes of a subnet that differ."""
    set_switches(context, SUBNET_SWITCHES, "ModifySubnetAttribute", "SubnetId")
    kind = "privateDnsHostnameTypeOnLaunch"
    if kind in context.changed or (not context.changed and kind in context.inputs):
        wanted = context.inputs.get(kind, "ip-name")
        context.call(
            "ModifySubnetAttribute", SubnetId=context.id, PrivateDnsHostnameTypeOnLaunch=wanted
        )


def read_subnet(context: Context) -> Properties | None:
    """Return the subnet with its DNS options and IPv6 CIDR block."""
    found = context.call("DescribeSubnets", SubnetIds=[context.id])["Subnets"]
    if not found:
        return None
    subnet = found[0]
    options = subnet.get("PrivateDnsNameOptionsOnLaunch", {})
    outputs = {
        "enableResourceNameDnsARecordOnLaunch": options.get("EnableResourceNameDnsARecord"),
        "enableResourceNameDnsAaaaRecordOnLaunch": options.get("EnableResourceNameDnsAAAARecord"),
        "privateDnsHostnameTypeOnLaunch": options.get("HostnameType"),
    }
    if blocks := ipv6_blocks(subnet):
        outputs["ipv6CidrBlockAssociationId"] = blocks[0]["AssociationId"]
        outputs |= first_ipv6(blocks)
    return {**subnet, **{k: v for k, v in outputs.items() if v is not None}}


SUBNET = Row(
    type="aws:ec2/subnet:Subnet",
    service="ec2",
    inputs={
        **each(
            UPDATE,
            """assignIpv6AddressOnCreation enableDns64
            enableResourceNameDnsARecordOnLaunch
            enableResourceNameDnsAaaaRecordOnLaunch ipv6CidrBlock
            mapPublicIpOnLaunch tags""",
        ),
        **each(REPLACE, "availabilityZone availabilityZoneId ipv6Native region vpcId"),
        "privateDnsHostnameTypeOnLaunch": Input(
            UPDATE, limit=Limit(one_of=("ip-name", "resource-name"))
        ),
        "customerOwnedIpv4Pool": Input(UPDATE, supported=False),
        "enableLniAtDeviceIndex": Input(UPDATE, supported=False),
        "mapCustomerOwnedIpOnLaunch": Input(UPDATE, supported=False),
        "cidrBlock": Input(REPLACE, limit=CIDR),
        "ipv4IpamPoolId": Input(REPLACE, supported=False),
        "ipv4NetmaskLength": Input(REPLACE, supported=False),
        "ipv6IpamPoolId": Input(REPLACE, supported=False),
        "ipv6NetmaskLength": Input(REPLACE, supported=False),
        "outpostArn": Input(REPLACE, supported=False),
    },
    create=create_subnet,
    read=read_subnet,
    update=change_subnet,
    recomputed="ipv6CidrBlockAssociationId",
    delete=Op(name="DeleteSubnet", keys={"SubnetId": "id"}),
    tags=TAGS,
    arn="arn:{partition}:ec2:{region}:{account}:subnet/{id}",
    check_operations=("CreateSubnet",),
)

ROWS = (SUBNET,)
