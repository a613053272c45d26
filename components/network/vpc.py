"""A network whose workloads cannot be reached from the internet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import document
from components.args import as_inputs
from components.logs import LogSettings
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.nat_gateways import NatGateways, NatGatewaysArgs
from components.network.plan import Tier, check, plan
from components.network.subnet_tier import SubnetTier, SubnetTierArgs

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class VpcArgs:
    """Size and shape of a network."""

    cidr: str
    """The network's addresses, which can never change."""

    zones: list[str]
    """The availability zones it spans, in an order that must not change."""

    region: str
    """The region it lies in, a part of the endpoints' names."""

    account_id: str
    """The account it belongs to."""

    nat_gateway_per_zone: bool = True
    """A zone keeps its way out when another zone fails."""

    flow_logs: LogSettings = field(default_factory=LogSettings)
    """How the record of traffic is kept."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""

    def __post_init__(self) -> None:
        """Refuse what cannot be planned."""
        check(self.cidr, self.zones)


class Vpc(pulumi.ComponentResource):
    """Public, private and isolated subnets over several zones; what runs inside has alarms."""

    vpc_id: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    isolated_subnet_ids: list[pulumi.Output[str]]

    def __init__(
        self, name: str, args: VpcArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the network *name*."""
        super().__init__("bulkhead:network:Vpc", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        vpc = aws.ec2.Vpc(
            name,
            cidr_block=args.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=args.tags,
            opts=child,
        )
        # Naming no rules removes the ones AWS gives the group of every VPC.
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default-group",
            vpc_id=vpc.id,
            ingress=[],
            egress=[],
            tags=args.tags,
            opts=child,
        )
        gateway = aws.ec2.InternetGateway(
            f"{name}-internet", vpc_id=vpc.id, tags=args.tags, opts=child
        )
        tiers = {tier: self._tier(name, tier, args, vpc.id, gateway.id) for tier in Tier}
        # A NAT gateway cannot start before the route to the internet is there.
        NatGateways(
            f"{name}-nat",
            NatGatewaysArgs(
                zones=args.zones,
                public_subnet_ids=tiers[Tier.PUBLIC].subnet_ids,
                private_route_table_ids=tiers[Tier.PRIVATE].route_table_ids,
                one_per_zone=args.nat_gateway_per_zone,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[tiers[Tier.PUBLIC]]),
        )
        tables = [
            *tiers[Tier.PRIVATE].route_table_ids,
            *tiers[Tier.ISOLATED].route_table_ids,
        ]
        for service in ("s3", "dynamodb"):
            aws.ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=vpc.id,
                service_name=f"com.amazonaws.{args.region}.{service}",
                vpc_endpoint_type="Gateway",
                route_table_ids=tables,
                policy=_endpoint_policy(service, args),
                tags=args.tags,
                opts=child,
            )
        FlowLogs(
            f"{name}-flow-log",
            FlowLogsArgs(
                vpc_id=vpc.id, account_id=args.account_id, logs=args.flow_logs, tags=args.tags
            ),
            child,
        )

        self.vpc_id = vpc.id
        self.public_subnet_ids = tiers[Tier.PUBLIC].subnet_ids
        self.private_subnet_ids = tiers[Tier.PRIVATE].subnet_ids
        self.isolated_subnet_ids = tiers[Tier.ISOLATED].subnet_ids
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
                "isolated_subnet_ids": self.isolated_subnet_ids,
            }
        )

    def _tier(
        self,
        name: str,
        tier: Tier,
        args: VpcArgs,
        vpc_id: pulumi.Output[str],
        gateway_id: pulumi.Output[str],
    ) -> SubnetTier:
        return SubnetTier(
            f"{name}-{tier.value}",
            SubnetTierArgs(
                tier=tier,
                vpc_id=vpc_id,
                subnets=[each for each in plan(args.cidr, args.zones) if each.tier is tier],
                internet_gateway_id=gateway_id if tier is Tier.PUBLIC else None,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )


def _endpoint_policy(service: str, args: VpcArgs) -> pulumi.Output[str]:
    own = {"StringEquals": {"aws:PrincipalAccount": args.account_id}}
    allow = {"Effect": "Allow", "Principal": "*"}
    statements = [{**allow, "Action": f"{service}:*", "Resource": "*", "Condition": own}]
    if service == "s3":
        # Image layers are fetched with addresses that the registry signed with its own account.
        layers = f"arn:aws:s3:::prod-{args.region}-starport-layer-bucket/*"
        statements.append({**allow, "Action": "s3:GetObject", "Resource": layers})
    return document(statements)
