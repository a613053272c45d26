"""Rules on Auto Scaling groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Concern, Level, Pack, Severity, rule
from policy.engine.values import UNKNOWN, as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

GROUP = "aws:autoscaling/group:Group"
_FRONTS = ("targetGroupArns", "loadBalancers", "trafficSources")


@rule(
    GROUP,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "EC2 status checks do not detect a failed application, so unhealthy instances are not"
        " replaced."
    ),
    references=(
        "FSBP AutoScaling.1",
        "Config autoscaling-group-elb-healthcheck-required",
        "Checkov CKV2_AWS_15",
    ),
)
def autoscaling_elb_health_check(group: Resource) -> Iterator[str]:
    """Auto Scaling groups behind a load balancer must use its health checks."""
    behind = any(not group.is_missing(front) for front in _FRONTS)
    if behind and group.get("healthCheckType") not in ("ELB", UNKNOWN):
        yield (
            f"The Auto Scaling group '{group.name}' must use the health checks of its load"
            ' balancer: set health_check_type to "ELB".'
        )


@rule(
    GROUP,
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="An outage of the only Availability Zone takes down every instance of the group.",
    references=("FSBP AutoScaling.2", "Config autoscaling-multiple-az"),
)
def autoscaling_multiple_zones(group: Resource) -> Iterator[str]:
    """Auto Scaling groups must use two Availability Zones or more."""
    found = [group.get(name) for name in ("vpcZoneIdentifiers", "availabilityZones")]
    if UNKNOWN in found or any(len(as_list(one)) > 1 for one in found):
        return
    yield (
        f"The Auto Scaling group '{group.name}' must use two Availability Zones or more: list"
        " subnets of each in vpc_zone_identifiers."
    )


@rule(
    GROUP,
    pack=Pack.SECURITY,
    concern=Concern.COMPUTE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why=(
        "AWS has deprecated launch configurations. They do not support new instance types or EC2"
        " features."
    ),
    references=("FSBP AutoScaling.9", "Config autoscaling-launch-template", "Checkov CKV_AWS_315"),
)
def autoscaling_uses_launch_template(group: Resource) -> Iterator[str]:
    """Auto Scaling groups must use a launch template."""
    templates = ("launchTemplate", "mixedInstancesPolicy")
    missing = all(group.is_missing(path) for path in templates)
    if missing or not group.is_missing("launchConfiguration"):
        yield (
            f"The Auto Scaling group '{group.name}' must use a launch template: set launch_template"
            " and remove launch_configuration."
        )
