"""Rules on groups of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

GROUP = "aws:autoscaling/group:Group"

_FRONTS = ("targetGroupArns", "loadBalancers", "trafficSources")


@rule(
    GROUP,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A machine that runs but no longer answers stays in the group if nobody asks it.",
    references=(
        "FSBP AutoScaling.1",
        "Config autoscaling-group-elb-healthcheck-required",
        "Checkov CKV2_AWS_15",
    ),
)
def autoscaling_elb_health_check(group: Resource) -> Iterator[str]:
    """Auto Scaling groups behind a load balancer must replace what it finds unhealthy."""
    behind = any(not group.is_missing(front) for front in _FRONTS)
    if behind and group.get("healthCheckType") not in ("ELB", UNKNOWN):
        yield (
            f"The Auto Scaling group '{group.name}' must ask its load balancer who is healthy: set"
            ' health_check_type to "ELB".'
        )


@rule(
    GROUP,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A group in one zone is gone when the zone is.",
    references=("FSBP AutoScaling.2", "Config autoscaling-multiple-az"),
)
def autoscaling_multiple_zones(group: Resource) -> Iterator[str]:
    """Auto Scaling groups must spread over two zones or more."""
    found = [group.get(name) for name in ("vpcZoneIdentifiers", "availabilityZones")]
    if UNKNOWN in found or any(len(as_list(one)) > 1 for one in found):
        return
    yield (
        f"The Auto Scaling group '{group.name}' must spread over zones: list two subnets or more in"
        " vpc_zone_identifiers."
    )
