"""EC2: VPCs and internet gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TAGS = Tagging(tag="CreateTags", untag="DeleteTags", keys={"Resources": "id"})
"""Tagging of every EC2 resource."""

VPC_SWITCHES = {
    "enableDnsSupport": ("EnableDnsSupport", True),
    "enableDnsHostnames": ("EnableDnsHostnames", False),
    "enableNetworkAddressUsageMetrics": ("EnableNetworkAddressUsageMetrics", False),
}
"""Input -> attribute of a VPC and its default."""

IPV6 = (
    "assignGeneratedIpv6CidrBlock",
    "ipv6CidrBlock",
    "ipv6CidrBlockNetworkBorderGroup",
    "ipv6IpamPoolId",
    "ipv6NetmaskLength",
)
"""Inputs of the IPv6 CIDR block."""


def by_id(values: Any) -> list[dict[str, Any]]:
    """Return filters: a name and a value each."""
    return [{"Name": name, "Values": [value]} for name, value in values.items()]


def members_of(values: Properties, names: dict[str, str]) -> dict[str, Any]:
    """Return the *values* that are set, with AWS's names."""
    return {member: values[name] for name, member in names.items() if values.get(name)}


def create_vpc(context: Context) -> str:
    """Create a VPC and set the attributes that CreateVpc does not take."""
    only = "cidrBlock instanceTenancy ipv4IpamPoolId ipv4NetmaskLength tags"
    context.id = context.call_with_inputs(Op(name="CreateVpc", only=only))["Vpc"]["VpcId"]
    set_switches(context, VPC_SWITCHES, "ModifyVpcAttribute", "VpcId")
    if any(key in context.inputs for key in IPV6):
        add_ipv6_block(context)
    return context.id


def change_vpc(context: Context) -> None:
    """Set the attributes that changed, and exchange the IPv6 block."""
    set_switches(context, VPC_SWITCHES, "ModifyVpcAttribute", "VpcId")
    if context.changed.intersection(IPV6):
        for block in ipv6_blocks(describe_vpc(context) or {}):
            context.delete_if_exists(
                "DisassociateVpcCidrBlock", AssociationId=block["AssociationId"]
            )
        add_ipv6_block(context)


def set_switches(
    context: Context, switches: dict[str, tuple[str, bool]], operation: str, key: str
) -> None:
    """Set the switches that differ: in a create from the default, in a change from before."""
    for name, (attribute, default) in switches.items():
        wanted = context.inputs.get(name, default)
        if name in context.changed or (not context.changed and wanted is not default):
            context.call(operation, **{key: context.id, attribute: {"Value": wanted}})


def add_ipv6_block(context: Context) -> None:
    """Give the VPC the IPv6 block that the program asks for, if it asks for one."""
    if context.inputs.get("assignGeneratedIpv6CidrBlock"):
        context.call("AssociateVpcCidrBlock", VpcId=context.id, AmazonProvidedIpv6CidrBlock=True)


def ipv6_blocks(vpc: Properties) -> list[dict[str, Any]]:
    """Return the IPv6 blocks that a VPC or subnet has."""
    blocks = vpc.get("Ipv6CidrBlockAssociationSet", [])
    return [b for b in blocks if b["Ipv6CidrBlockState"]["State"] == "associated"]


def describe_vpc(context: Context) -> dict[str, Any] | None:
    """Return the VPC as EC2 describes it."""
    found = context.call("DescribeVpcs", VpcIds=[context.id])["Vpcs"]
    return found[0] if found else None


def read_vpc(context: Context) -> Properties | None:
    """Return the VPC, its attributes, and what AWS made along with it."""
    vpc = describe_vpc(context)
    if not vpc:
        return None
    attributes = {
        name: context.call(
            "DescribeVpcAttribute", VpcId=context.id, Attribute=name[0].lower() + name[1:]
        )[name]["Value"]
        for name, _ in VPC_SWITCHES.values()
    }
    generated = {"assignGeneratedIpv6CidrBlock": bool(ipv6_blocks(vpc))}
    return {**vpc, **attributes, **generated, **ipv6_outputs(vpc), **companions(context)}


def ipv6_outputs(vpc: Properties) -> dict[str, Any]:
    """Return the outputs about the first IPv6 block."""
    blocks = ipv6_blocks(vpc)
    if not blocks:
        return {}
    return {"ipv6AssociationId": blocks[0]["AssociationId"], **first_ipv6(blocks)}


def first_ipv6(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first block under its SDK name."""
    return {"ipv6CidrBlock": blocks[0]["Ipv6CidrBlock"]}


def companions(context: Context) -> dict[str, str]:
    """Return the ids of the group, access list and route table that come with a VPC."""
    own = {"vpc-id": context.id}
    groups = context.call(
        "DescribeSecurityGroups", Filters=by_id({**own, "group-name": "default"})
    )["SecurityGroups"]
    lists = context.call("DescribeNetworkAcls", Filters=by_id({**own, "default": "true"}))[
        "NetworkAcls"
    ]
    tables = context.call(
        "DescribeRouteTables", Filters=by_id({**own, "association.main": "true"})
    )["RouteTables"]
    found: dict[str, str] = {}
    if groups:
        found["defaultSecurityGroupId"] = groups[0]["GroupId"]
    if lists:
        found["defaultNetworkAclId"] = lists[0]["NetworkAclId"]
    if tables:
        table = tables[0]["RouteTableId"]
        found |= {"mainRouteTableId": table, "defaultRouteTableId": table}
    return found


def check_vpc(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EC2's constraints across the inputs of a VPC."""
    if inputs.get("assignGeneratedIpv6CidrBlock") and inputs.get("ipv6IpamPoolId"):
        yield CheckFailure("ipv6IpamPoolId", "conflicts with assignGeneratedIpv6CidrBlock: set one")
    if inputs.get("enableDnsHostnames") and inputs.get("enableDnsSupport") is False:
        yield CheckFailure(
            "enableDnsHostnames", "requires enableDnsSupport: set it, or remove this"
        )


def create_gateway(context: Context) -> str:
    """Create an internet gateway and attach it to its VPC."""
    made = context.call_with_inputs(Op(name="CreateInternetGateway", only="tags"))
    context.id = made["InternetGateway"]["InternetGatewayId"]
    attach_gateway(context)
    return context.id


def attach_gateway(context: Context) -> None:
    """Attach the gateway to the VPC that the program names."""
    if vpc := context.inputs.get("vpcId"):
        context.call("AttachInternetGateway", InternetGatewayId=context.id, VpcId=vpc)


def detach_gateway(context: Context) -> None:
    """Take the gateway off the VPC it is attached to."""
    for attachment in (read_gateway(context) or {}).get("Attachments", []):
        vpc = attachment["VpcId"]
        context.delete_if_exists("DetachInternetGateway", InternetGatewayId=context.id, VpcId=vpc)


def move_gateway(context: Context) -> None:
    """Attach the gateway to another VPC."""
    if "vpcId" in context.changed:
        detach_gateway(context)
        attach_gateway(context)


def read_gateway(context: Context) -> dict[str, Any] | None:
    """Return the gateway and the VPC it is attached to."""
    found = context.call("DescribeInternetGateways", InternetGatewayIds=[context.id])
    if not found["InternetGateways"]:
        return None
    gateway = found["InternetGateways"][0]
    attached = gateway.get("Attachments", [])
    return {**gateway, "vpcId": attached[0]["VpcId"] if attached else ""}


def remove_gateway(context: Context) -> None:
    """Detach and delete the gateway."""
    detach_gateway(context)
    context.call("DeleteInternetGateway", InternetGatewayId=context.id)


CIDR = Limit(pattern=r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}")

VPC = Row(
    type="aws:ec2/vpc:Vpc",
    service="ec2",
    inputs={
        **each(
            UPDATE,
            """assignGeneratedIpv6CidrBlock enableDnsHostnames
            enableNetworkAddressUsageMetrics tags""",
        ),
        "enableDnsSupport": Input(UPDATE, default=True),
        **each(REPLACE, "region"),
        "instanceTenancy": Input(REPLACE, default="default"),
        "ipv6CidrBlock": Input(UPDATE, supported=False),
        "ipv6CidrBlockNetworkBorderGroup": Input(UPDATE, supported=False),
        "ipv6IpamPoolId": Input(UPDATE, supported=False),
        "ipv6NetmaskLength": Input(UPDATE, supported=False),
        "cidrBlock": Input(REPLACE, limit=CIDR),
        "ipv4IpamPoolId": Input(REPLACE, supported=False),
        "ipv4NetmaskLength": Input(REPLACE, supported=False),
    },
    create=create_vpc,
    read=read_vpc,
    update=change_vpc,
    delete=Op(name="DeleteVpc", keys={"VpcId": "id"}),
    tags=TAGS,
    arn="arn:{partition}:ec2:{region}:{account}:vpc/{id}",
    check=check_vpc,
    check_operations=("CreateVpc",),
)

INTERNET_GATEWAY = Row(
    type="aws:ec2/internetGateway:InternetGateway",
    service="ec2",
    inputs={
        **each(UPDATE, "tags vpcId"),
        "region": Input(REPLACE),
    },
    create=create_gateway,
    read=read_gateway,
    update=move_gateway,
    delete=remove_gateway,
    tags=TAGS,
    arn="arn:{partition}:ec2:{region}:{account}:internet-gateway/{id}",
    not_found_codes="Gateway.NotAttached",
)

ROWS = (VPC, INTERNET_GATEWAY)
