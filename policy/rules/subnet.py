"""Rules on subnets."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.remediation import changed_inputs
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.subnets import has_internet_route, is_public
from policy.engine.tags import has_tags
from policy.engine.values import is_true


@rule(
    aws.SUBNET,
    params={"publicTierTag": {"tier": "public"}},
    remediate=lambda found: changed_inputs(found, {"mapPublicIpOnLaunch": False}),
)
@classify("security", "network", "medium", "mandatory")
def subnet_no_public_ip_on_launch(subnet: Resource) -> Messages:
    """Subnets must not assign public IP addresses unless they are declared public.

    Every instance launched in the subnet gets a public IP address and is exposed to the internet.

    References: FSBP EC2.15, Config subnet-auto-assign-public-ip-disabled, Checkov CKV_AWS_130
    Remediation: Set map_public_ip_on_launch to False.
    """
    if not is_true(subnet.get("mapPublicIpOnLaunch")):
        return
    wanted = subnet.params["publicTierTag"]
    if not has_tags(subnet, wanted):
        yield (
            f"The subnet '{subnet.name}' must not assign public IP addresses: set"
            " map_public_ip_on_launch=False, or declare it public with its tags."
        )


@stack_rule(
    aws.SUBNET,
    aws.ROUTE_TABLE,
    aws.DEFAULT_ROUTE_TABLE,
    aws.ROUTE,
    aws.ROUTE_TABLE_ASSOCIATION,
    aws.INTERNET_GATEWAY,
    params={"publicTierTag": {"tier": "public"}},
)
@classify("security", "network", "high", "mandatory")
def subnet_private_no_internet_gateway_route(stack: Stack) -> Findings:
    """Private subnets must not have a default route to an internet gateway.

    A default route to an internet gateway makes the subnet public.

    References: Config no-unrestricted-route-to-igw, Checkov CKV2_AWS_35
    """
    for subnet in stack.of_type(aws.SUBNET):
        if is_public(subnet, stack.params["publicTierTag"]):
            continue
        if has_internet_route(stack, subnet):
            yield subnet.finding(
                f"The private subnet '{subnet.name}' must not have a route to an internet gateway:"
                " set nat_gateway_id instead of gateway_id on the default route of its route"
                " table."
            )
