"""The target group and listener rules of one container service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, make_alarm
from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs, require_between
from components.routing.paths import pattern, slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.routing.load_balancer import LoadBalancer
    from components.routing.paths import Route

MAX_PRIORITY = 50_000  # maximum of a listener rule
MAX_TARGET_GROUP_NAME = 25  # 32 minus a dash and six random characters
MILLISECONDS = 1000.0
MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class TokenCheck:
    """Issuer and client of accepted JWTs."""

    issuer: pulumi.Input[str]
    """Issuer of the token."""

    jwks_endpoint: pulumi.Input[str]
    """URL of the issuer's JWKS."""

    client_id: pulumi.Input[str]
    """Client ID that the token must have been issued to."""


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
class ServiceRoutesArgs:
    """Target group and listener rules of a service."""

    target_group_name: str
    """Logical name of the target group; AWS allows 32 characters with the 7-character suffix."""

    vpc_id: pulumi.Input[str]
    """VPC of the targets."""

    load_balancer: LoadBalancer = field(metadata=NOT_AN_INPUT)
    """Load balancer whose HTTPS listener gets the rules."""

    routes: Sequence[Route]
    """Paths, methods and required roles."""

    priorities: Sequence[int]
    """Priority of each route's listener rule."""

    tokens: TokenCheck
    """Accepted JWTs on routes that are not public."""

    alarm_topic_arn: pulumi.Input[str]
    """SNS topic that alarms notify."""

    port: int = 8080
    """Port of the targets."""

    health_check: HealthCheck = field(default_factory=HealthCheck)
    """Health check of a target group."""

    drain_seconds: int = 30
    """Deregistration delay in seconds: a draining task may finish its requests."""

    slow_ms: int = 1000
    """Threshold of the p99 response time alarm in milliseconds."""

    availability_percent: float = 99.9
    """Percentage of requests that must not end in 5xx; sets the errors alarm."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject priorities and names that do not fit."""
        if len(self.priorities) != len(self.routes):
            want = f"name one for each of the {len(self.routes)} routes"
            raise InvalidArgError("priorities", list(self.priorities), want)
        if len(self.target_group_name) > MAX_TARGET_GROUP_NAME:
            want = f"use at most {MAX_TARGET_GROUP_NAME} characters"
            raise InvalidArgError("target_group_name", self.target_group_name, want)
        for priority in self.priorities:
            require_between("priorities", priority, 1, MAX_PRIORITY)
        require_between("availability_percent", self.availability_percent, 90, 99.999)


class ServiceRoutes(pulumi.ComponentResource):
    """A target group, listener rules that validate the caller's JWT, and alarms on responses."""

    target_group_arn: pulumi.Output[str]
    resource_label: pulumi.Output[str]

    def __init__(
        self, name: str, args: ServiceRoutesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the routes *name*."""
        super().__init__("bulkhead:routing:ServiceRoutes", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        check = args.health_check
        group = aws.lb.TargetGroup(
            args.target_group_name,
            vpc_id=args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            port=args.port,
            deregistration_delay=args.drain_seconds,
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
            tags=args.tags,
            opts=child,
        )
        for route, priority in zip(args.routes, args.priorities, strict=True):
            methods = "+".join(method.lower() for method in sorted(route.methods))
            aws.lb.ListenerRule(
                f"{name}-{methods}-{slug(route.path)}",
                listener_arn=args.load_balancer.listener_arn,
                priority=priority,
                conditions=[
                    {"path_pattern": {"values": [pattern(route.path)]}},
                    {"http_request_method": {"values": sorted(route.methods)}},
                ],
                actions=_actions(route, group.arn, args.tokens),
                tags=args.tags,
                opts=child,
            )
        dimensions = {
            "LoadBalancer": args.load_balancer.arn_suffix,
            "TargetGroup": group.arn_suffix,
        }
        for suffix, alarm in _alarms(name, args, dimensions).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarm_topic_arn, child, args.tags)

        self.target_group_arn = group.arn
        self.resource_label = pulumi.Output.concat(
            args.load_balancer.arn_suffix, "/", group.arn_suffix
        )
        self.register_outputs(
            {"target_group_arn": self.target_group_arn, "resource_label": self.resource_label}
        )


def _actions(
    route: Route, target_group_arn: pulumi.Output[str], tokens: TokenCheck
) -> list[aws.lb.ListenerRuleActionArgs]:
    action = aws.lb.ListenerRuleActionArgs
    if route.role is None:
        return [action(type="forward", order=1, target_group_arn=target_group_arn)]
    claim = aws.lb.ListenerRuleActionJwtValidationAdditionalClaimArgs(
        name="client_id", format="single-string", values=[tokens.client_id]
    )
    check = aws.lb.ListenerRuleActionJwtValidationArgs(
        issuer=tokens.issuer, jwks_endpoint=tokens.jwks_endpoint, additional_claims=[claim]
    )
    return [
        action(type="jwt-validation", order=1, jwt_validation=check),
        action(type="forward", order=2, target_group_arn=target_group_arn),
    ]


def _alarms(
    name: str, args: ServiceRoutesArgs, dimensions: Mapping[str, pulumi.Input[str]]
) -> dict[str, Alarm]:
    balancer = "AWS/ApplicationELB"
    # Ten errors a minute at 1,000 requests are 1 %: a stricter objective tolerates fewer.
    tolerated = max(1.0, (100 - args.availability_percent) * 10)
    return {
        "errors": Alarm(
            description=f"{name} answers with 5xx more often than it promises",
            namespace=balancer,
            metric="HTTPCode_Target_5XX_Count",
            dimensions=dimensions,
            threshold=round(tolerated, 3),
            periods=3,
            period_seconds=MINUTE,
        ),
        "slow": Alarm(
            description=f"{name} answers more slowly than it promises",
            namespace=balancer,
            metric="TargetResponseTime",
            dimensions=dimensions,
            threshold=args.slow_ms / MILLISECONDS,
            statistic="p99",
            periods=5,
            period_seconds=MINUTE,
        ),
        "unhealthy": Alarm(
            description=f"Tasks of {name} fail their health check",
            namespace=balancer,
            metric="UnHealthyHostCount",
            dimensions=dimensions,
            threshold=0,
            statistic="Maximum",
            periods=5,
            period_seconds=MINUTE,
        ),
    }
