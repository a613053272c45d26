"""Rules on availability and logs of load balancers."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_false, is_missing, is_true

_PATHS = ("subnets", "subnetMappings.subnetId")


@rule(aws.LOAD_BALANCER)
@classify("audit", "observability", "medium", "mandatory")
def elb_access_logs(balancer: Resource) -> Messages:
    """Load balancers must log every request.

    Access logs record who requested what and when. They are needed to investigate incidents.

    References: FSBP ELB.5, CIS 7.0 4.10, Config elb-logging-enabled, Checkov CKV_AWS_91,
    cdk-nag AwsSolutions-ELB2
    """
    if balancer.get("loadBalancerType") in ("gateway", UNKNOWN):
        return
    enabled = balancer.get("accessLogs.enabled")
    is_on = enabled is UNKNOWN or is_true(enabled)
    if not is_on or balancer.is_missing("accessLogs.bucket"):
        yield (
            f"The load balancer '{balancer.name}' must log its requests: set"
            " access_logs.enabled=True and access_logs.bucket."
        )


@require_value(aws.LOAD_BALANCER, path="enableDeletionProtection", remediates=True)
@classify("reliability", "resilience", "medium", "mandatory", when="production")
def elb_deletion_protection() -> None:
    """Load balancers must be protected against deletion.

    A load balancer deleted by mistake takes its endpoint offline, and its replacement has a new DNS
    name.

    References: FSBP ELB.6, Config elb-deletion-protection-enabled, Checkov CKV_AWS_150
    """


@stack_rule(aws.LOAD_BALANCER, aws.SUBNET)
@classify("reliability", "resilience", "medium", "mandatory")
def elb_multiple_zones(stack: Stack) -> Findings:
    """Load balancers must be in two Availability Zones or more.

    An outage of the only Availability Zone takes down the load balancer.

    References: FSBP ELB.13, Config elbv2-multiple-az
    """
    for balancer in stack.of_type(aws.LOAD_BALANCER):
        if _is_in_one_zone(stack, balancer):
            yield balancer.finding(
                f"The load balancer '{balancer.name}' must be in two Availability Zones or more:"
                " set subnets to subnets of different zones."
            )


def _is_in_one_zone(stack: Stack, balancer: Resource) -> bool:
    found = balancer.get("subnets")
    if is_missing(found):  # AWS sets the one that the program omits
        found = balancer.get("subnetMappings")
    entries = as_list(found)
    if found is not UNKNOWN and len(entries) < 2:  # noqa: PLR2004 - two zones, as the name says
        return True
    subnets = [
        one
        for one in stack.of_type(aws.SUBNET)
        if any(stack.refers_to(balancer, p, one) for p in _PATHS)
    ]
    zones = [one.get("availabilityZone") for one in subnets]
    if len(zones) < 2 or not all(isinstance(zone, str) for zone in zones):  # noqa: PLR2004
        return False
    # A dependency on a component matches all of its subnets, even unrelated ones.
    is_exact = len(subnets) == len(entries)
    return len(set(zones)) == 1 or (is_exact and len(set(zones)) < len(zones))


@rule(aws.TARGET_GROUP)
@classify("reliability", "resilience", "medium", "advisory")
def elb_target_group_health_check(group: Resource) -> Messages:
    """Target groups must have a health check on a path of the application.

    A check of the default path can succeed although the application cannot serve requests.

    References: Checkov CKV_AWS_261
    """
    if group.get("protocol") not in ("HTTP", "HTTPS"):
        return
    if group.is_missing("healthCheck.path") or is_false(group.get("healthCheck.enabled")):
        yield (
            f"The target group '{group.name}' must have a health check: set health_check.path to a"
            " health path of the application, and do not disable it."
        )
