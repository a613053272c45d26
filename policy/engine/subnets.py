"""Public subnets of a stack, by tag or by route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.network import is_any_address
from policy.engine.resource_types import (
    DEFAULT_ROUTE_TABLE,
    INTERNET_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
)
from policy.engine.tags import has_tags
from policy.engine.values import UNKNOWN, is_missing, is_true

if TYPE_CHECKING:
    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

_DESTINATIONS = ("cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock")


def is_public(subnet: Resource, public_tag: Any, *, unknown: bool = True) -> bool:
    """Return whether *subnet* assigns public IP addresses or has *public_tag*."""
    hands_out = is_true(subnet.get("mapPublicIpOnLaunch"))
    return hands_out or has_tags(subnet, public_tag, unknown=unknown)


def assigns_public_addresses(stack: Stack, source: Resource, path: str) -> bool:
    """Return whether a subnet that *path* of *source* refers to assigns public IP addresses."""
    subnets = stack.references(source, path, SUBNET)
    return any(is_true(one.get("mapPublicIpOnLaunch")) for one in subnets)


def has_internet_route(stack: Stack, subnet: Resource) -> bool:
    """Return whether a route table of *subnet* has a default route to an internet gateway."""
    tables = [
        table
        for association in stack.referrers("subnetId", subnet, ROUTE_TABLE_ASSOCIATION)
        for table in stack.references(association, "routeTableId", ROUTE_TABLE, DEFAULT_ROUTE_TABLE)
    ]
    return any(_has_open_route(stack, table) for table in tables)


def _has_open_route(stack: Stack, table: Resource) -> bool:
    inline = ((table, "routes", entry) for entry in table.entries("routes"))
    own = (
        (route, "gatewayId", route.props) for route in stack.referrers("routeTableId", table, ROUTE)
    )
    return any(
        _is_default(entry) and _names_internet_gateway(stack, source, path, entry.get("gatewayId"))
        for source, path, entry in (*inline, *own)
    )


def _is_default(route: dict[str, Any]) -> bool:
    return any(is_any_address(route.get(key)) for key in _DESTINATIONS)


def _names_internet_gateway(stack: Stack, source: Resource, path: str, gateway: Any) -> bool:
    if is_missing(gateway):
        return False
    gateways = stack.of_type(INTERNET_GATEWAY)
    if isinstance(gateway, str):
        return (
            gateway.startswith("igw-")
            or any(gateway == one.get("id") for one in gateways)
            or (path == "gatewayId" and any(stack.refers_to(source, path, one) for one in gateways))
        )
    return gateway is UNKNOWN and any(stack.refers_to(source, path, one) for one in gateways)
