"""The target group of one container service on a load balancer, and its alarm on health."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, require_between
from components.request_metrics import RequestMetrics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.alarms import AlarmRouting
    from components.routing.load_balancer import LoadBalancer

MAX_NAME = 25  # 32 minus a dash and six random characters
NAMESPACE = "AWS/ApplicationELB"


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """Health check of a target group."""

    path: str = "/health"
    """Path that must respond with 200."""

    interval_seconds: int = 15
    """Seconds between two checks of a target."""

    healthy_threshold: int = 2
    """Consecutive successes after which a target is healthy."""

    unhealthy_threshold: int = 3
    """Consecutive failures after which a target is unhealthy."""

    timeout_seconds: int = 5
    """Seconds without a response after which a check fails."""

    grace_seconds: int = 60
    """Seconds after the start of a task in which failures are ignored."""

    def __post_init__(self) -> None:
        """Reject values that Elastic Load Balancing does not accept."""
        require_between("interval_seconds", self.interval_seconds, 5, 300)
        require_between("healthy_threshold", self.healthy_threshold, 2, 10)
        require_between("unhealthy_threshold", self.unhealthy_threshold, 2, 10)
        require_between("timeout_seconds", self.timeout_seconds, 2, 120)
        if self.timeout_seconds >= self.interval_seconds:
            want = f"use less than interval_seconds ({self.interval_seconds})"
            raise InvalidArgError("timeout_seconds", self.timeout_seconds, want)


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Targets of a service: port and health check."""

    vpc_id: pulumi.Input[str]
    """VPC of the targets."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    port: int = 8080
    """Port of the targets."""

    health_check: HealthCheck = field(default_factory=HealthCheck)
    """Health check of a target group."""

    drain_seconds: int = 30
    """Deregistration delay in seconds: a draining task may finish its requests."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


@dataclass(frozen=True, kw_only=True)
class MadeTargetGroup:
    """A target group on a load balancer."""

    arn: pulumi.Output[str]
    """ARN of the target group."""

    resource_label: pulumi.Output[str]
    """Name of the load balancer and the target group in Application Auto Scaling."""

    dimensions: Mapping[str, pulumi.Input[str]]
    """Dimensions of its metrics."""

    metrics: RequestMetrics
    """Metrics of the requests to it."""


def make_target_group(
    name: str,
    owner: str,
    targets: Targets,
    load_balancer: LoadBalancer,
    opts: pulumi.ResourceOptions,
) -> MadeTargetGroup:
    """Define the target group *name*, and the alarm of *owner*, whose name begins with that."""
    check = targets.health_check
    group = aws.lb.TargetGroup(
        name,
        vpc_id=targets.vpc_id,
        target_type="ip",
        protocol="HTTP",
        port=targets.port,
        deregistration_delay=targets.drain_seconds,
        load_balancing_algorithm_type="least_outstanding_requests",
        health_check={
            "enabled": True,
            "path": check.path,
            "protocol": "HTTP",
            "port": "traffic-port",
            "matcher": "200",
            "interval": check.interval_seconds,
            "timeout": check.timeout_seconds,
            "healthy_threshold": check.healthy_threshold,
            "unhealthy_threshold": check.unhealthy_threshold,
        },
        tags=targets.tags,
        opts=opts,
    )
    dimensions = {"LoadBalancer": load_balancer.arn_suffix, "TargetGroup": group.arn_suffix}
    unhealthy = Alarm(
        kind=AlarmKind.UNHEALTHY_TARGETS,
        description=f"Tasks of {owner} fail their health check",
        namespace=NAMESPACE,
        metric="UnHealthyHostCount",
        dimensions=dimensions,
        threshold=0,
        statistic="Maximum",
        periods=5,
    )
    make_alarm(f"{owner}-unhealthy", unhealthy, targets.alarms, opts, targets.tags)
    label = pulumi.Output.concat(load_balancer.arn_suffix, "/", group.arn_suffix)
    metrics = RequestMetrics(
        namespace=NAMESPACE,
        dimensions=dimensions,
        requests="RequestCount",
        errors="HTTPCode_Target_5XX_Count",
        unreachable="TargetConnectionErrorCount",
        latency="TargetResponseTime",
        latency_in_seconds=True,
    )
    return MadeTargetGroup(
        arn=group.arn, resource_label=label, dimensions=dimensions, metrics=metrics
    )
