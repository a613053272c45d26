"""The CIDR plan of a VPC's subnets."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from components.args import InvalidArgError

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_PREFIX = 16  # AWS's largest VPC
SMALLEST_PREFIX = 24  # a sixteenth of it is /28, AWS's smallest subnet
MIN_ZONES = 2  # load balancers need two
MAX_ZONES = 4  # a quarter per zone: a zone added later changes no subnet


class Tier(StrEnum):
    """Reachability of a subnet: from the internet, to the internet, neither."""

    PUBLIC = "public"
    PRIVATE = "private"
    ISOLATED = "isolated"


@dataclass(frozen=True, kw_only=True)
class SubnetPlan:
    """Tier, zone and CIDR block of a subnet."""

    tier: Tier
    """Tier of the subnet."""

    zone: str
    """Availability zone."""

    cidr: str
    """CIDR block."""


def check(cidr: str, zones: Sequence[str]) -> None:
    """Reject CIDR blocks and zones that do not fit the plan."""
    try:
        network = ipaddress.IPv4Network(cidr)
    except ValueError as error:
        want = "use an IPv4 network such as 10.0.0.0/16"
        raise InvalidArgError("cidr", cidr, want) from error
    if not LARGEST_PREFIX <= network.prefixlen <= SMALLEST_PREFIX:
        want = f"use a prefix from /{LARGEST_PREFIX} to /{SMALLEST_PREFIX}"
        raise InvalidArgError("cidr", cidr, want)
    if not MIN_ZONES <= len(zones) <= MAX_ZONES:
        want = f"name {MIN_ZONES} to {MAX_ZONES} availability zones"
        raise InvalidArgError("zones", list(zones), want)
    if len(set(zones)) != len(zones):
        raise InvalidArgError("zones", list(zones), "name each availability zone once")


def plan(cidr: str, zones: Sequence[str]) -> list[SubnetPlan]:
    """Return the subnets of each zone: half its quarter private, the rest public and isolated."""
    check(cidr, zones)
    quarters = list(ipaddress.IPv4Network(cidr).subnets(prefixlen_diff=2))
    plans: list[SubnetPlan] = []
    for zone, quarter in zip(zones, quarters, strict=False):
        private, rest = quarter.subnets(prefixlen_diff=1)
        public, isolated = rest.subnets(prefixlen_diff=1)
        for tier, block in (
            (Tier.PUBLIC, public),
            (Tier.PRIVATE, private),
            (Tier.ISOLATED, isolated),
        ):
            plans.append(SubnetPlan(tier=tier, zone=zone, cidr=str(block)))
    return plans
