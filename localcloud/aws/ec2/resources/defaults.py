"""EC2: the default VPC, its subnets, and route tables that come with a VPC."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.routing import ROUTE_TABLE, change_table
from localcloud.aws.ec2.resources.subnets import SUBNET, SUBNET_SWITCHES, change_subnet, read_subnet
from localcloud.aws.ec2.resources.vpcs import VPC, VPC_SWITCHES, by_id, change_vpc, read_vpc
from localcloud.provider.row import REPLACE, UPDATE, Input, Row, each

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

VPC_INPUTS = ("cidrBlock", "instanceTenancy", "ipv4IpamPoolId", "ipv4NetmaskLength")
"""Inputs of a VPC that are given with the default one."""

SUBNET_INPUTS = (
    "availabilityZoneId",
    "cidrBlock",
    "enableLniAtDeviceIndex",
    "ipv4IpamPoolId",
    "ipv4NetmaskLength",
    "ipv6IpamPoolId",
    "ipv6NetmaskLength",
    "outpostArn",
    "vpcId",
)
"""The same of a subnet."""


def without(inputs: Mapping[str, Input], names: tuple[str, ...]) -> dict[str, Input]:
    """Return the *inputs* without those of *names*."""
    return {key: item for key, item in inputs.items() if key not in names}


def different(
    context: Context, found: Properties, switches: Mapping[str, tuple[str, bool]]
) -> None:
    """Mark the switches that the adopted object has otherwise as changed."""
    context.changed = frozenset(
        name
        for name, (attribute, _) in switches.items()
        if name in context.inputs and found.get(attribute, found.get(name)) != context.inputs[name]
    )


def adopt_vpc(context: Context) -> str:
    """Adopt the default VPC, or make one, and set its attributes."""
    found = context.call("DescribeVpcs", Filters=by_id({"is-default": "true"}))["Vpcs"]
    context.outputs["existingDefaultVpc"] = bool(found)
    vpc = found[0] if found else context.call("CreateDefaultVpc")["Vpc"]
    context.id = vpc["VpcId"]
    different(context, read_vpc(context) or {}, VPC_SWITCHES)
    if context.inputs.get("assignGeneratedIpv6CidrBlock"):
        context.changed |= {"assignGeneratedIpv6CidrBlock"}
    change_vpc(context)
    return context.id


def adopt_subnet(context: Context) -> str:
    """Adopt the default subnet of a zone, or make one, and set its attributes."""
    zone = context.inputs["availabilityZone"]
    look = {"availability-zone": zone, "default-for-az": "true"}
    found = context.call("DescribeSubnets", Filters=by_id(look))["Subnets"]
    context.outputs["existingDefaultSubnet"] = bool(found)
    if not found:
        found = [context.call("CreateDefaultSubnet", AvailabilityZone=zone)["Subnet"]]
    context.id = found[0]["SubnetId"]
    different(context, read_subnet(context) or {}, SUBNET_SWITCHES)
    kind = "privateDnsHostnameTypeOnLaunch"
    context.changed |= {"ipv6CidrBlock", kind} & context.inputs.keys()
    change_subnet(context)
    return context.id


def adopt_table(context: Context) -> str:
    """Adopt the main route table of a VPC, with exactly the program's routes."""
    context.id = context.inputs["defaultRouteTableId"]
    context.old_inputs = {"routes": []}
    change_table(context)
    return context.id


def main_association(context: Context) -> dict[str, Any] | None:
    """Return the association of the VPC's main route table; its ID changes with its table."""
    vpc = context.get("vpcId")
    look = {"vpc-id": vpc, "association.main": "true"} if vpc else {
        "association.route-table-association-id": context.id
    }  # fmt: skip
    for table in context.call("DescribeRouteTables", Filters=by_id(look))["RouteTables"]:
        for found in table["Associations"]:
            if found.get("Main"):
                return {**found, "vpcId": table["VpcId"]}
    return None


def make_main(context: Context) -> str:
    """Make a route table the main one of its VPC."""
    found = main_association(context) or {}
    context.outputs.setdefault("originalRouteTableId", found["RouteTableId"])
    answer = context.call(
        "ReplaceRouteTableAssociation",
        AssociationId=found["RouteTableAssociationId"],
        RouteTableId=context.inputs["routeTableId"],
    )
    return answer["NewAssociationId"]


def read_main(context: Context) -> Properties | None:
    """Return the association, None if another route table is the main one now."""
    found = main_association(context)
    original = context.get("originalRouteTableId")
    if found is None or found["RouteTableId"] == original:
        return None
    return {**found, "originalRouteTableId": original}


def restore_main(context: Context) -> None:
    """Make the original route table the main one again."""
    found = main_association(context)
    original = context.get("originalRouteTableId")
    if found is not None and original and found["RouteTableId"] != original:
        context.call(
            "ReplaceRouteTableAssociation",
            AssociationId=found["RouteTableAssociationId"],
            RouteTableId=original,
        )


def keep(context: Context) -> None:
    """Do nothing: the object stays, as with the real provider."""


def existed(key: str) -> Callable[[Context, Properties], Properties]:
    """Return the function that says whether AWS had the object before: an imported one it had."""
    return lambda context, _: {key: context.get(key) is not False}


DEFAULT_VPC = replace(
    VPC,
    type="aws:ec2/defaultVpc:DefaultVpc",
    inputs={
        **without(VPC.inputs, VPC_INPUTS),
        "enableDnsHostnames": Input(UPDATE, default=True),
        "forceDestroy": Input(UPDATE, supported=False),
    },
    create=adopt_vpc,
    delete=keep,
    computed=existed("existingDefaultVpc"),
    check_operations=(),
)

DEFAULT_SUBNET = replace(
    SUBNET,
    type="aws:ec2/defaultSubnet:DefaultSubnet",
    inputs={
        **without(SUBNET.inputs, SUBNET_INPUTS),
        "mapPublicIpOnLaunch": Input(UPDATE, default=True),
        "forceDestroy": Input(UPDATE, supported=False),
    },
    create=adopt_subnet,
    delete=keep,
    computed=existed("existingDefaultSubnet"),
    check_operations=(),
)

DEFAULT_ROUTE_TABLE = replace(
    ROUTE_TABLE,
    type="aws:ec2/defaultRouteTable:DefaultRouteTable",
    inputs={
        **each(REPLACE, "defaultRouteTableId region"),
        **without(ROUTE_TABLE.inputs, ("vpcId", "region")),
    },
    create=adopt_table,
    delete=keep,
    outputs={**ROUTE_TABLE.outputs, "defaultRouteTableId": "RouteTableId"},
)

MAIN_ROUTE_TABLE_ASSOCIATION = Row(
    type="aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
    service="ec2",
    inputs={**each(REPLACE, "region vpcId"), "routeTableId": Input(UPDATE)},
    create=make_main,
    read=read_main,
    update=make_main,
    delete=restore_main,
    computed=lambda context, _: {"originalRouteTableId": context.get("originalRouteTableId")},
)

ROWS = (DEFAULT_VPC, DEFAULT_SUBNET, DEFAULT_ROUTE_TABLE, MAIN_ROUTE_TABLE_ASSOCIATION)
