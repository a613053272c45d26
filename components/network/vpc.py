"""A VPC with public, private and isolated subnets."""

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
    """CIDR block, zones and logging of a VPC."""

    cidr: str
    """CIDR block; a change replaces the VPC."""

    zones: list[str]
    """Availability zones; their order must not change."""

    region: str
    """Region, a part of the endpoints' service names."""

    account_id: str
    """Account whose principals may use the VPC endpoints."""

    nat_gateway_per_zone: bool = True
    """One NAT gateway per zone instead of a shared one."""

    flow_logs: LogSettings = field(default_factory=LogSettings)
    """Retention and encryption of flow logs."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject CIDR blocks and zones that do not fit the plan."""
        check(self.cidr, self.zones)


class Vpc(pulumi.ComponentResource):
    """Public, private and isolated subnets in several zones; workloads have their own alarms."""

    vpc_id: pulumi.Output[str]
    cidr: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    isolated_subnet_ids: list[pulumi.Output[str]]

    def __init__(
        self, name: str, args: VpcArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the VPC *name*."""
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
        # Empty lists remove the rules of a VPC's default security group.
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
        # A NAT gateway needs the route to the internet gateway.
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
        self.cidr = pulumi.Output.from_input(args.cidr)
        self.public_subnet_ids = tiers[Tier.PUBLIC].subnet_ids
        self.private_subnet_ids = tiers[Tier.PRIVATE].subnet_ids
        self.isolated_subnet_ids = tiers[Tier.ISOLATED].subnet_ids
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "cidr": self.cidr,
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
        # ECR's presigned URLs of image layers are signed by an account of AWS.
        layers = f"arn:aws:s3:::prod-{args.region}-starport-layer-bucket/*"
        statements.append({**allow, "Action": "s3:GetObject", "Resource": layers})
    return document(statements)
