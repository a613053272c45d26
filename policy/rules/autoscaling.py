"""Rules on Auto Scaling groups."""

from __future__ import annotations

from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, as_list

GROUP = "aws:autoscaling/group:Group"
_FRONTS = ("targetGroupArns", "loadBalancers", "trafficSources")


@rule(GROUP)
@classify("reliability", "resilience", "low", "advisory")
def autoscaling_elb_health_check(group: Resource) -> Messages:
    """Auto Scaling groups behind a load balancer must use its health checks.

    EC2 status checks do not detect a failed application, so unhealthy instances are not replaced.

    References: FSBP AutoScaling.1, Config autoscaling-group-elb-healthcheck-required,
    Checkov CKV2_AWS_15
    """
    behind = any(not group.is_missing(front) for front in _FRONTS)
    if behind and group.get("healthCheckType") not in ("ELB", UNKNOWN):
        yield (
            f"The Auto Scaling group '{group.name}' must use the health checks of its load"
            ' balancer: set health_check_type to "ELB".'
        )


@rule(GROUP)
@classify("reliability", "resilience", "medium", "mandatory")
def autoscaling_multiple_zones(group: Resource) -> Messages:
    """Auto Scaling groups must use two Availability Zones or more.

    An outage of the only Availability Zone takes down every instance of the group.

    References: FSBP AutoScaling.2, Config autoscaling-multiple-az
    """
    found = [group.get(name) for name in ("vpcZoneIdentifiers", "availabilityZones")]
    if UNKNOWN in found or any(len(as_list(one)) > 1 for one in found):
        return
    yield (
        f"The Auto Scaling group '{group.name}' must use two Availability Zones or more: list"
        " subnets of each in vpc_zone_identifiers."
    )


@rule(GROUP)
@classify("security", "compute", "medium", "mandatory")
def autoscaling_uses_launch_template(group: Resource) -> Messages:
    """Auto Scaling groups must use a launch template.

    AWS has deprecated launch configurations. They do not support new instance types or EC2
    features.

    References: FSBP AutoScaling.9, Config autoscaling-launch-template, Checkov CKV_AWS_315
    """
    templates = ("launchTemplate", "mixedInstancesPolicy")
    missing = all(group.is_missing(path) for path in templates)
    if missing or not group.is_missing("launchConfiguration"):
        yield (
            f"The Auto Scaling group '{group.name}' must use a launch template: set launch_template"
            " and remove launch_configuration."
        )
