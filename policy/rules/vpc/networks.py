"""Rules on VPCs, flow logs and peering."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.network import is_any_address
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, number

DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
DESTINATIONS = {
    "destinationCidrBlock": "destination_cidr_block",
    "destinationIpv6CidrBlock": "destination_ipv6_cidr_block",
    "cidrBlock": "cidr_block",
    "ipv6CidrBlock": "ipv6_cidr_block",
}


@stack_rule(aws.VPC, FLOW_LOG)
@classify("audit", "network", "medium", "mandatory")
def vpc_flow_log_exists(stack: Stack) -> Findings:
    """VPCs must have flow logs, at least of rejected traffic.

    Flow logs show which addresses communicated. They are needed to investigate incidents.

    References: FSBP EC2.6, CIS 3.0 3.7, CIS 7.0 4.7, Config vpc-flow-logs-enabled,
    Checkov CKV2_AWS_11, cdk-nag AwsSolutions-VPC7
    """
    for vpc in stack.of_type(aws.VPC):
        if stack.has_no_referrer(vpc, "vpcId", FLOW_LOG, where=_logs_rejections):
            yield vpc.finding(
                f"The VPC '{vpc.name}' must log its traffic: add an aws.ec2.FlowLog with its vpc_id"
                ' and traffic_type="REJECT" or "ALL".'
            )


@stack_rule(FLOW_LOG, aws.LOG_GROUP)
@classify("audit", "network", "low", "advisory")
def vpc_flow_log_has_kept_destination(stack: Stack) -> Findings:
    """Flow logs must have a destination with a retention.

    Flow logs without a destination and a retention are not available when an incident is
    investigated.

    References: FSBP EC2.6, Checkov CKV2_AWS_11
    """
    for log in stack.of_type(FLOW_LOG):
        if log.is_missing("logDestination"):
            yield log.finding(
                f"The flow log '{log.name}' must have a destination: set log_destination to a"
                " bucket or a log group."
            )
        elif log.get("logDestinationType") in (None, "", "cloud-watch-logs"):
            for group in stack.references(log, "logDestination", aws.LOG_GROUP):
                days = group.get("retentionInDays")
                if days is not UNKNOWN and (number(days) or 0) <= 0:
                    yield group.finding(
                        f"The log group '{group.name}' of the flow log '{log.name}' must have a"
                        " retention: set retention_in_days above 0."
                    )


@rule(DEFAULT_VPC)
@classify("security", "network", "medium", "advisory")
def vpc_default_not_used(vpc: Resource) -> Messages:
    """Resources must not be in the default VPC.

    The default VPC has only public subnets and a permissive default configuration.

    References: Checkov CKV_AWS_148
    """
    yield (
        f"The default VPC '{vpc.name}' must not be used: declare an aws.ec2.Vpc with its own"
        " subnets."
    )


@rule(aws.ROUTE, aws.ROUTE_TABLE, aws.DEFAULT_ROUTE_TABLE)
@classify("security", "network", "medium", "mandatory")
def vpc_peering_route_narrow(table: Resource) -> Messages:
    """Routes to a peered VPC must not cover every address.

    A route that covers every address connects the whole networks instead of the services that need
    it.

    References: CIS 3.0 5.5, CIS 7.0 6.6, Checkov CKV2_AWS_44
    """
    routes = [table.props] if table.type == aws.ROUTE else table.entries("routes")
    for route in routes:
        wide = [key for key in DESTINATIONS if is_any_address(route.get(key))]
        if wide and not is_missing(route.get("vpcPeeringConnectionId")):
            yield (
                f"The route to a peered network in '{table.name}' must not cover every address: set"
                f" {DESTINATIONS[wide[0]]} to the CIDR of the service."
            )


def _logs_rejections(log: Resource) -> bool:
    return log.get("trafficType") in ("REJECT", "ALL", UNKNOWN)


@stack_rule(aws.VPC, aws.SUBNET, aws.NAT_GATEWAY, params={"minZones": 2})
@classify("reliability", "resilience", "medium", "advisory", when="production")
def vpc_spans_zones(stack: Stack) -> Findings:
    """VPCs must have subnets, and NAT gateways if any, in two Availability Zones or more.

    An outage of the only Availability Zone takes down everything in the VPC.

    References: FSBP ELB.13
    """
    least = stack.params["minZones"]
    for vpc in stack.of_type(aws.VPC):
        if any(stack.is_undetermined(one, "vpcId") for one in stack.of_type(aws.SUBNET)):
            continue
        subnets = stack.referrers("vpcId", vpc, aws.SUBNET)
        if _are_in_fewer_zones(subnets, least):
            yield vpc.finding(
                f"The VPC '{vpc.name}' must have subnets in {least:.0f} Availability Zones or more:"
                " add subnets with another availability_zone."
            )
        if _are_in_fewer_zones(_subnets_with_gateway(stack, vpc, subnets), least):
            yield vpc.finding(
                f"The VPC '{vpc.name}' must have NAT gateways in {least:.0f} Availability Zones or"
                " more: add NatGateways in subnets of other zones, or one with"
                ' availability_mode="regional".'
            )


def _are_in_fewer_zones(subnets: list[Resource], least: float) -> bool:
    """Return whether *subnets*, if any, are all in known zones, fewer than *least*."""
    zones = [_zone(one) for one in subnets]
    return bool(zones) and None not in zones and len(set(zones)) < least


def _zone(subnet: Resource) -> str | None:
    found = (subnet.get(name) for name in ("availabilityZone", "availabilityZoneId"))
    return next((one for one in found if isinstance(one, str) and one), None)


def _subnets_with_gateway(stack: Stack, vpc: Resource, subnets: list[Resource]) -> list[Resource]:
    """Return *subnets* with a NAT gateway; none if a gateway is, or may be, regional."""
    own = [
        one
        for one in stack.of_type(aws.NAT_GATEWAY)
        if stack.refers_to(one, "vpcId", vpc)
        or any(stack.is_undetermined(one, path) for path in ("vpcId", "subnetId"))
        or any(stack.refers_to(one, "subnetId", subnet) for subnet in subnets)
    ]
    if any(
        one.get("availabilityMode") in ("regional", UNKNOWN)
        or stack.is_undetermined(one, "subnetId")
        for one in own
    ):
        return []
    return [
        subnet for subnet in subnets if any(stack.refers_to(one, "subnetId", subnet) for one in own)
    ]
