"""EC2: route tables, routes and associations."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from localcloud.aws.ec2.resources.vpcs import TAGS, by_id, members_of
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TARGETS = {
    "carrierGatewayId": "CarrierGatewayId",
    "coreNetworkArn": "CoreNetworkArn",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "gatewayId": "GatewayId",
    "localGatewayId": "LocalGatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "odbNetworkArn": "OdbNetworkArn",
    "transitGatewayId": "TransitGatewayId",
    "vpcEndpointId": "VpcEndpointId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}
"""Targets of a route: input -> member."""

DESTINATIONS = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
"""Destinations of a route: input of `Route` -> member."""

INLINE_DESTINATIONS = {
    "cidrBlock": "DestinationCidrBlock",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
"""The same for an inline route."""


def create_table(context: Context) -> str:
    """Create a route table and its inline routes."""
    made = context.call_with_inputs(Op(name="CreateRouteTable", only="vpcId tags"))
    context.id = made["RouteTable"]["RouteTableId"]
    change_table(context)
    return context.id


def change_table(context: Context) -> None:
    """Change the table's routes to the inline ones."""
    if "routes" not in context.inputs and "routes" not in context.old_inputs:
        return
    have = {destination(route): route for route in created_routes(context)}
    want = {destination(route): route for route in written_routes(context)}
    for key in have.keys() - want.keys():
        context.call("DeleteRoute", RouteTableId=context.id, **dict([key]))
    for key, route in want.items():
        if key not in have:
            context.call("CreateRoute", RouteTableId=context.id, **route)
        elif not route.items() <= have[key].items():
            context.call("ReplaceRoute", RouteTableId=context.id, **route)


def written_routes(context: Context) -> list[dict[str, Any]]:
    """Return the inline routes with AWS's names."""
    names = {**INLINE_DESTINATIONS, **TARGETS}
    return [members_of(route, names) for route in context.get("routes") or ()]


def destination(route: Properties) -> tuple[str, str]:
    """Return the destination of a route: member and value."""
    return next((m, route[m]) for m in DESTINATIONS.values() if route.get(m))


def created_routes(context: Context) -> list[dict[str, Any]]:
    """Return the table's routes, without the local one."""
    tables = context.call("DescribeRouteTables", RouteTableIds=[context.id])["RouteTables"]
    return [r for r in tables[0]["Routes"] if r.get("Origin") == "CreateRoute"]


def read_table(context: Context) -> Properties | None:
    """Return the table, with its routes if the program has inline ones."""
    tables = context.call("DescribeRouteTables", RouteTableIds=[context.id])["RouteTables"]
    if not tables:
        return None
    names = {member: name for name, member in {**INLINE_DESTINATIONS, **TARGETS}.items()}
    now = [{m: r[m] for m in names if r.get(m)} for r in created_routes(context)]
    if sorted(now, key=str) == sorted(written_routes(context), key=str):
        routes = context.get("routes")
    else:
        routes = [{names[member]: value for member, value in route.items()} for route in now]
    return {**tables[0], "routes": routes}


def route_id(values: Properties) -> str:
    """Return the id of a route: its table and a checksum of its destination."""
    wanted = next((str(values[k]) for k in DESTINATIONS if values.get(k)), "")
    return f"r-{values['routeTableId']}{zlib.crc32(wanted.encode())}"


def import_id(values: Properties) -> str:
    """Return the import id of a route: `rtb-0a1b_10.0.0.0/16`."""
    wanted = next((values[k] for k in DESTINATIONS if values.get(k)), "")
    return f"{values['routeTableId']}_{wanted}"


def create_route(context: Context) -> str:
    """Add a route to its table."""
    wanted = members_of(context.inputs, {**DESTINATIONS, **TARGETS})
    context.call("CreateRoute", RouteTableId=context.inputs["routeTableId"], **wanted)
    return route_id(context.inputs)


def change_route(context: Context) -> None:
    """Change the target of a route."""
    wanted = members_of(context.inputs, {**DESTINATIONS, **TARGETS})
    context.call("ReplaceRoute", RouteTableId=context.inputs["routeTableId"], **wanted)


def read_route(context: Context) -> Properties | None:
    """Return the route with the SDK's names."""
    known = context.get("routeTableId")
    look = {"RouteTableIds": [known]} if known else {}
    names = {**DESTINATIONS, **TARGETS, "origin": "Origin", "state": "State"}
    for table in context.call("DescribeRouteTables", **look)["RouteTables"]:
        for route in table["Routes"]:
            found = {name: route[member] for name, member in names.items() if member in route}
            found["routeTableId"] = table["RouteTableId"]
            if context.id in (route_id(found), import_id(found)):
                return found
    return None


def remove_route(context: Context) -> None:
    """Delete a route."""
    recorded = {name: context.get(name) for name in DESTINATIONS}
    context.call(
        "DeleteRoute",
        RouteTableId=context.get("routeTableId"),
        **members_of(recorded, DESTINATIONS),
    )


def check_route(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of EC2's constraints across the inputs of a route."""
    for names, what in ((DESTINATIONS, "destination"), (TARGETS, "target")):
        given = [name for name in names if inputs.get(name)]
        for name in given[1:]:
            yield CheckFailure(name, f"conflicts with {given[0]}: a route has one {what}")


def find_association(context: Context) -> dict[str, Any] | None:
    """Return the association; its id changes with its route table."""
    subnet, gateway = context.get("subnetId"), context.get("gatewayId")
    key = "association.route-table-association-id"
    looks = [{key: context.id}] if context.id.startswith("rtbassoc-") else []
    looks += [{"association.subnet-id": subnet}] if subnet else []
    looks += [{"association.gateway-id": gateway}] if gateway else []
    for look in looks:
        for table in context.call("DescribeRouteTables", Filters=by_id(look))["RouteTables"]:
            for found in table["Associations"]:
                if list(look.values())[0] in found.values():  # noqa: RUF015 - one value
                    return found
    return None


def move_association(context: Context) -> None:
    """Associate the subnet with another route table."""
    if found := find_association(context):
        context.call(
            "ReplaceRouteTableAssociation",
            AssociationId=found["RouteTableAssociationId"],
            RouteTableId=context.inputs["routeTableId"],
        )


def remove_association(context: Context) -> None:
    """Remove the association; the subnet uses the main route table."""
    if found := find_association(context):
        context.call("DisassociateRouteTable", AssociationId=found["RouteTableAssociationId"])


ROUTE_TABLE = Row(
    type="aws:ec2/routeTable:RouteTable",
    service="ec2",
    inputs={
        **each(REPLACE, "region vpcId"),
        "tags": Input(UPDATE),
        "routes": Input(UPDATE, unordered=True),
        "propagatingVgws": Input(UPDATE, supported=False),
    },
    create=create_table,
    read=read_table,
    update=change_table,
    delete=Op(name="DeleteRouteTable", keys={"RouteTableId": "id"}),
    tags=TAGS,
    arn="arn:{partition}:ec2:{region}:{account}:route-table/{id}",
    outputs={"routes": "routes"},
)

ROUTE = Row(
    type="aws:ec2/route:Route",
    service="ec2",
    inputs={
        **each(
            UPDATE,
            "gatewayId natGatewayId networkInterfaceId vpcPeeringConnectionId",
        ),
        "carrierGatewayId": Input(UPDATE, supported=False),
        "egressOnlyGatewayId": Input(UPDATE, supported=False),
        "transitGatewayId": Input(UPDATE, supported=False),
        "vpcEndpointId": Input(UPDATE, supported=False),
        **each(REPLACE, f"{' '.join(DESTINATIONS)} routeTableId region"),
        "coreNetworkArn": Input(UPDATE, supported=False),
        "localGatewayId": Input(UPDATE, supported=False),
        "odbNetworkArn": Input(UPDATE, supported=False),
    },
    create=create_route,
    read=read_route,
    update=change_route,
    delete=remove_route,
    check=check_route,
    check_operations=("CreateRoute",),
)

ROUTE_TABLE_ASSOCIATION = Row(
    type="aws:ec2/routeTableAssociation:RouteTableAssociation",
    service="ec2",
    inputs={
        **each(REPLACE, "gatewayId region subnetId"),
        "routeTableId": Input(UPDATE),
    },
    create=Op(name="AssociateRouteTable"),
    id="AssociationId",
    read=find_association,
    update=move_association,
    delete=remove_association,
    from_id=lambda id_: (
        dict(zip(("subnetId", "routeTableId"), id_.split("/"), strict=False)) if "/" in id_ else {}
    ),
)

ROWS = (ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION)
