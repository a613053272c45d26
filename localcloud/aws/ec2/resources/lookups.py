"""EC2: functions that look up networks and images."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.routing import INLINE_DESTINATIONS, TARGETS
from localcloud.aws.ec2.resources.subnets import read_subnet
from localcloud.aws.ec2.resources.vpcs import read_vpc
from localcloud.provider import blocks, sdk, sdk_source, shapes
from localcloud.provider.cloud import AwsError
from localcloud.provider.lookups import LookupFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.provider.row import Context, Invoke, Properties


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """How one kind of object is looked up."""

    noun: str
    """As AWS's documentation names it, for messages: `VPC`."""

    function: str
    """The name in the function's token: `getVpc`."""

    operation: str
    result: str
    """The member of the answer with the objects."""

    id: str
    """The member with an object's ID; `<id>s` is the member of the request."""

    kind: str
    """In the ARN: `vpc`."""

    filters: Mapping[str, str] = field(default_factory=dict)
    """Argument -> name of the filter; "" for an argument that is the ID."""

    describe: Callable[[Context], Properties | None] | None = None
    """Returns all of an object, where `operation` does not."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    """As in `Row.outputs`."""


def filters_of(lookup: Lookup, inputs: Properties) -> list[dict[str, Any]]:
    """Return the filters that the arguments mean."""
    named = [
        {"Name": name, "Values": [str(inputs[key]).lower() if inputs[key] is True else inputs[key]]}
        for key, name in lookup.filters.items()
        if name and inputs.get(key) not in (None, "", False)
    ]
    tags = [
        {"Name": f"tag:{key}", "Values": [value]}
        for key, value in (inputs.get("tags") or {}).items()
    ]
    own = [{"Name": item["name"], "Values": item["values"]} for item in inputs.get("filters") or ()]
    return [*named, *tags, *own]


def search(lookup: Lookup, context: Context) -> list[dict[str, Any]]:
    """Return the objects that fit the arguments; an ID that does not exist fits none."""
    context.service = "ec2"
    inputs = context.inputs
    wanted = {"Filters": filters} if (filters := filters_of(lookup, inputs)) else {}
    ids = [inputs[key] for key, name in lookup.filters.items() if not name and inputs.get(key)]
    if ids:
        wanted[f"{lookup.id}s"] = ids
    try:
        return context.call(lookup.operation, **wanted)[lookup.result]
    except AwsError as error:
        if context.is_not_found(error):
            return []
        raise


def one(context: Context, *, lookup: Lookup) -> Properties:
    """Return the one object that fits the arguments."""
    found = search(lookup, context)
    if not found:
        raise LookupFailedError(f"no matching EC2 {lookup.noun} found")
    if len(found) > 1:
        raise LookupFailedError(
            f"multiple EC2 {lookup.noun}s matched: use additional constraints to reduce matches "
            f"to a single EC2 {lookup.noun}"
        )
    return {**context.inputs, **outputs(context, lookup, found[0])}


def outputs(context: Context, lookup: Lookup, found: Properties) -> Properties:
    """Return what the function answers about an object."""
    context.id = found[lookup.id]
    if lookup.describe is not None:
        context.inputs, arguments = {}, context.inputs
        found = lookup.describe(context) or found
        context.inputs = arguments
    kinds = sdk_source.result(f"aws:ec2/{lookup.function}:{lookup.function}").kinds
    prefix, members = lookup.function.removeprefix("get"), tuple(found)
    values: dict[str, Any] = shapes.properties(found, kinds, lookup.outputs, prefix)
    for key in kinds.keys() - values.keys() - {"filters"}:
        if member := shapes.matching_member(key, members, prefix):
            values[key] = blocks.from_aws(kinds[key], shapes.to_json_types(found[member]))
    fitted = {key: sdk.convert(kinds[key], value) for key, value in values.items()}
    return {
        **{key: value for key, value in fitted.items() if value is not sdk.NOT_CONVERTIBLE},
        "tags": {tag["Key"]: tag["Value"] for tag in found.get("Tags", ())},
        "id": context.id,
        "region": context.region,
        "arn": arn(context, lookup, context.id),
    }


def several(context: Context, *, lookup: Lookup) -> Properties:
    """Return the IDs of the objects that fit the arguments."""
    found = search(lookup, context)
    ids = sorted(item[lookup.id] for item in found)
    answer = {"id": context.region, "region": context.region, "ids": ids, "tags": {}}
    if lookup.kind == "security-group":
        answer["vpcIds"] = [item["VpcId"] for item in sorted(found, key=lambda i: i[lookup.id])]
        answer["arns"] = [arn(context, lookup, id_) for id_ in ids]
    return {**answer, **context.inputs}


def arn(context: Context, lookup: Lookup, id_: str) -> str:
    """Return the ARN of an object."""
    place = f"{context.partition}:ec2:{context.region}:{context.account}"
    return f"arn:{place}:{lookup.kind}/{id_}"


def members(names: Mapping[str, str]) -> str:
    """Return the JMESPath that gives each member of a list its SDK name."""
    return "{" + ", ".join(f"{name}: {member}" for name, member in names.items()) + "}"


def blocks_path(member: str, name: str) -> str:
    """Return the JMESPath of a VPC's IPv4 or IPv6 blocks."""
    state = f"{member}State.State"
    return f"{member}AssociationSet[]." + members(
        {"associationId": "AssociationId", name: member, "state": state}
    )


VPC = Lookup(
    noun="VPC",
    function="getVpc",
    operation="DescribeVpcs",
    result="Vpcs",
    id="VpcId",
    kind="vpc",
    filters={
        "id": "",
        "cidrBlock": "cidr",
        "default": "is-default",
        "dhcpOptionsId": "dhcp-options-id",
        "state": "state",
    },
    describe=read_vpc,
    outputs={
        "default": "IsDefault",
        "cidrBlockAssociations": blocks_path("CidrBlock", "cidrBlock"),
        "ipv6CidrBlockAssociations": blocks_path("Ipv6CidrBlock", "ipv6CidrBlock"),
    },
)

SUBNET = Lookup(
    noun="Subnet",
    function="getSubnet",
    operation="DescribeSubnets",
    result="Subnets",
    id="SubnetId",
    kind="subnet",
    filters={
        "id": "",
        "availabilityZone": "availability-zone",
        "availabilityZoneId": "availability-zone-id",
        "cidrBlock": "cidr",
        "defaultForAz": "default-for-az",
        "ipv6CidrBlock": "ipv6-cidr-block-association.ipv6-cidr-block",
        "state": "state",
        "vpcId": "vpc-id",
    },
    describe=read_subnet,
    outputs={"availableIpAddressCount": "AvailableIpAddressCount"},
)

ROUTE_TABLE = Lookup(
    noun="Route Table",
    function="getRouteTable",
    operation="DescribeRouteTables",
    result="RouteTables",
    id="RouteTableId",
    kind="route-table",
    filters={
        "routeTableId": "",
        "gatewayId": "association.gateway-id",
        "subnetId": "association.subnet-id",
        "vpcId": "vpc-id",
    },
    outputs={
        "routes": "Routes[?GatewayId!='local']." + members({**INLINE_DESTINATIONS, **TARGETS}),
        "subnetId": "Associations[0].SubnetId",
        "gatewayId": "Associations[0].GatewayId",
    },
)

SECURITY_GROUP = Lookup(
    noun="Security Group",
    function="getSecurityGroup",
    operation="DescribeSecurityGroups",
    result="SecurityGroups",
    id="GroupId",
    kind="security-group",
    filters={"id": "", "name": "group-name", "vpcId": "vpc-id"},
    outputs={"name": "GroupName"},
)

INTERNET_GATEWAY = Lookup(
    noun="Internet Gateway",
    function="getInternetGateway",
    operation="DescribeInternetGateways",
    result="InternetGateways",
    id="InternetGatewayId",
    kind="internet-gateway",
    filters={"internetGatewayId": ""},
)

ONE = (VPC, SUBNET, ROUTE_TABLE, SECURITY_GROUP, INTERNET_GATEWAY)
SEVERAL = (VPC, SUBNET, ROUTE_TABLE, SECURITY_GROUP)

LOOKUPS: dict[str, Invoke] = {
    **{f"aws:ec2/{item.function}:{item.function}": partial(one, lookup=item) for item in ONE},
    **{
        f"aws:ec2/{item.function}s:{item.function}s": partial(several, lookup=item)
        for item in SEVERAL
    },
}
