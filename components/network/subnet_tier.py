"""The subnets of one tier, each with its own route table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.network.plan import SubnetPlan, Tier


@dataclass(frozen=True, kw_only=True)
class SubnetTierArgs:
    """Subnets of a tier."""

    tier: Tier
    """Tier of the subnets."""

    vpc_id: pulumi.Input[str]
    """VPC of the subnets."""

    subnets: list[SubnetPlan]
    """Zone and CIDR block of each subnet."""

    internet_gateway_id: pulumi.Input[str] | None = None
    """Target of the default route in a public tier."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class SubnetTier(pulumi.ComponentResource):
    """Subnets of one tier, one per zone; none assigns public IP addresses on launch."""

    subnet_ids: list[pulumi.Output[str]]
    route_table_ids: list[pulumi.Output[str]]

    def __init__(
        self, name: str, args: SubnetTierArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the tier *name*."""
        super().__init__("bulkhead:network:SubnetTier", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = {**(args.tags or {}), "tier": args.tier.value}

        self.subnet_ids = []
        self.route_table_ids = []
        for planned in args.subnets:
            zone = planned.zone
            subnet = aws.ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=args.vpc_id,
                availability_zone=zone,
                cidr_block=planned.cidr,
                map_public_ip_on_launch=False,
                tags=tags,
                opts=child,
            )
            table = aws.ec2.RouteTable(
                f"{name}-{zone}-routes", vpc_id=args.vpc_id, tags=tags, opts=child
            )
            aws.ec2.RouteTableAssociation(
                f"{name}-{zone}-association",
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=child,
            )
            if args.internet_gateway_id is not None:
                aws.ec2.Route(
                    f"{name}-{zone}-to-internet",
                    route_table_id=table.id,
                    destination_cidr_block="0.0.0.0/0",
                    gateway_id=args.internet_gateway_id,
                    opts=child,
                )
            self.subnet_ids.append(subnet.id)
            self.route_table_ids.append(table.id)
        self.register_outputs(
            {"subnet_ids": self.subnet_ids, "route_table_ids": self.route_table_ids}
        )
