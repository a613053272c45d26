"""Rules on networks that lose a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, When, stack_rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"


@stack_rule(
    VPC,
    SUBNET,
    NAT_GATEWAY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="A network in one zone is gone when the zone is, and so is everything in it.",
    params={"minZones": 2},
    references=("FSBP ELB.13",),
)
def vpc_spans_zones(stack: Stack) -> Iterator[Finding]:
    """Networks must have subnets, and NAT gateways if any, in two zones or more."""
    least = stack.params["minZones"]
    for vpc in stack.of(VPC):
        if any(stack.is_open(one, "vpcId") for one in stack.of(SUBNET)):
            continue
        subnets = stack.joining("vpcId", vpc, SUBNET)
        if _are_in_fewer_zones(subnets, least):
            text = (
                f"The VPC '{vpc.name}' must span zones: add subnets with another availability_zone"
                f" until there are {least:.0f}."
            )
            yield Finding(text, vpc.urn)
        if _are_in_fewer_zones(_subnets_with_gateway(stack, vpc, subnets), least):
            text = (
                f"The VPC '{vpc.name}' must span zones with its NAT gateways: add NatGateways with"
                f" subnet_id of other zones until there are {least:.0f}, or one with"
                ' availability_mode="regional".'
            )
            yield Finding(text, vpc.urn)


def _are_in_fewer_zones(subnets: list[Resource], least: float) -> bool:
    """Say whether *subnets*, if any, surely are in fewer zones; a zone that is not told is open."""
    zones = [_zone(one) for one in subnets]
    return bool(zones) and None not in zones and len(set(zones)) < least


def _zone(subnet: Resource) -> str | None:
    found = (subnet.get(name) for name in ("availabilityZone", "availabilityZoneId"))
    return next((one for one in found if isinstance(one, str) and one), None)


def _subnets_with_gateway(stack: Stack, vpc: Resource, subnets: list[Resource]) -> list[Resource]:
    """Return those of *subnets* with a NAT gateway; none where one is for all zones, or may be."""
    own = [
        one
        for one in stack.of(NAT_GATEWAY)
        if stack.joined(one, "vpcId", vpc)
        or any(stack.is_open(one, path) for path in ("vpcId", "subnetId"))
        or any(stack.joined(one, "subnetId", subnet) for subnet in subnets)
    ]
    if any(
        one.get("availabilityMode") in ("regional", UNKNOWN) or stack.is_open(one, "subnetId")
        for one in own
    ):
        return []
    return [
        subnet for subnet in subnets if any(stack.joined(one, "subnetId", subnet) for one in own)
    ]
