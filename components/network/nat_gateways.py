"""NAT gateways and the default routes of private subnets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class NatGatewaysArgs:
    """Zones, subnets and route tables of NAT gateways."""

    zones: list[str]
    """Availability zones, in the order of subnets and route tables."""

    public_subnet_ids: Sequence[pulumi.Input[str]]
    """Public subnets of the gateways, one for each zone."""

    private_route_table_ids: Sequence[pulumi.Input[str]]
    """Route tables of private subnets, one for each zone."""

    one_per_zone: bool = True
    """One gateway per zone; otherwise all zones share that of the first zone,
    which is cheaper, but a failure of that zone cuts off all of them."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class NatGateways(pulumi.ComponentResource):
    """NAT gateways with Elastic IPs, and the default routes through them."""

    public_ips: list[pulumi.Output[str]]

    def __init__(
        self, name: str, args: NatGatewaysArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the gateways *name*."""
        super().__init__("bulkhead:network:NatGateways", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        served = args.zones if args.one_per_zone else args.zones[:1]
        gateways: list[aws.ec2.NatGateway] = []
        self.public_ips = []
        for zone, subnet_id in zip(served, args.public_subnet_ids, strict=False):
            address = aws.ec2.Eip(
                f"{name}-{zone}-address", domain="vpc", tags=args.tags, opts=child
            )
            gateway = aws.ec2.NatGateway(
                f"{name}-{zone}",
                allocation_id=address.allocation_id,
                subnet_id=subnet_id,
                tags=args.tags,
                opts=child,
            )
            gateways.append(gateway)
            self.public_ips.append(address.public_ip)
        for index, (zone, table_id) in enumerate(
            zip(args.zones, args.private_route_table_ids, strict=True)
        ):
            aws.ec2.Route(
                f"{name}-{zone}-route",
                route_table_id=table_id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=gateways[index if args.one_per_zone else 0].id,
                opts=child,
            )
        self.register_outputs({"public_ips": self.public_ips})
