"""Rules on what load balancers write down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"


@rule(
    LOAD_BALANCER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without access logs nobody can say afterwards who asked for what, and what was answered.",
    references=(
        "FSBP ELB.5",
        "CIS 7.0 4.10",
        "Config elb-logging-enabled",
        "Checkov CKV_AWS_91",
        "cdk-nag AwsSolutions-ELB2",
    ),
)
def elb_access_logs(balancer: Resource) -> Iterator[str]:
    """Load balancers must log every request."""
    if balancer.get("loadBalancerType") in ("gateway", UNKNOWN):
        return
    enabled = balancer.get("accessLogs.enabled")
    is_on = enabled is UNKNOWN or is_true(enabled)
    if not is_on or balancer.is_missing("accessLogs.bucket"):
        yield (
            f"The load balancer '{balancer.name}' must log its requests: set"
            " access_logs.enabled=True and access_logs.bucket."
        )
