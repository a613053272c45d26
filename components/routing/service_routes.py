"""The routes of one container service on the shared load balancer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs, require_between
from components.routing.paths import pattern, slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.routing.paths import Route

MAX_PRIORITY = 50_000  # the highest a listener accepts
MAX_TARGET_GROUP_NAME = 25  # 32 less a dash and six characters that make it unique
MILLISECONDS = 1000.0
MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class TokenCheck:
    """Which tokens are accepted."""

    issuer: pulumi.Input[str]
    """Who must have issued the token."""

    jwks_endpoint: pulumi.Input[str]
    """Where the issuer's keys are."""

    client_id: pulumi.Input[str]
    """The client the token must have been issued to."""


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """How the load balancer finds out whether a task may get requests."""

    path: str = "/health"
    """What it asks for; any answer but 200 is bad."""

    interval_seconds: int = 15
    """How often it asks."""

    healthy_after: int = 2
    """Good answers in a row after which a task gets requests."""

    unhealthy_after: int = 3
    """Bad answers in a row after which it gets none."""

    timeout_seconds: int = 5
    """When no answer is a bad one."""

    grace_seconds: int = 60
    """What a new task may take before bad answers count."""

    def __post_init__(self) -> None:
        """Refuse what the load balancer would only refuse during the deployment."""
        require_between("interval_seconds", self.interval_seconds, 5, 300)
        require_between("healthy_after", self.healthy_after, 2, 10)
        require_between("unhealthy_after", self.unhealthy_after, 2, 10)
        require_between("timeout_seconds", self.timeout_seconds, 2, 120)
        if self.timeout_seconds >= self.interval_seconds:
            want = f"use less than interval_seconds ({self.interval_seconds})"
            raise InvalidArgError("timeout_seconds", self.timeout_seconds, want)


@dataclass(frozen=True, kw_only=True)
class ServiceRoutesArgs:
    """Which requests reach a service."""

    target_group_name: str
    """What the target group is called; AWS allows 32 characters, seven of them made up."""

    vpc_id: pulumi.Input[str]
    """The network the service runs in."""

    listener_arn: pulumi.Input[str]
    """The listener the requests come from."""

    load_balancer_suffix: pulumi.Input[str]
    """The load balancer, as its metrics name it."""

    routes: Sequence[Route]
    """The paths of the service, and who may use each."""

    priorities: Sequence[int]
    """The place of each route in the listener's order."""

    tokens: TokenCheck
    """Which tokens the routes accept that are not public."""

    alarm_topic_arn: pulumi.Input[str]
    """Where alarms are reported."""

    port: int = 8080
    """The port the service answers on."""

    health_check: HealthCheck = field(default_factory=HealthCheck)
    """How the load balancer finds out whether a task may get requests."""

    drain_seconds: int = 30
    """How long a task that is to stop may finish its requests."""

    slow_ms: int = 1000
    """The 99th percentile of the answer time above which an alarm goes off."""

    availability_percent: float = 99.9
    """The share of requests that must not end in a 5xx."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""

    def __post_init__(self) -> None:
        """Refuse a route without a place, and places that do not exist."""
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
    """Checks the caller's token before a request reaches the service, and watches its answers."""

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
                "healthy_threshold": check.healthy_after,
                "unhealthy_threshold": check.unhealthy_after,
            },
            tags=args.tags,
            opts=child,
        )
        for route, priority in zip(args.routes, args.priorities, strict=True):
            methods = "+".join(method.lower() for method in sorted(route.methods))
            aws.lb.ListenerRule(
                f"{name}-{methods}-{slug(route.path)}",
                listener_arn=args.listener_arn,
                priority=priority,
                conditions=[
                    {"path_pattern": {"values": [pattern(route.path)]}},
                    {"http_request_method": {"values": sorted(route.methods)}},
                ],
                actions=_actions(route, group.arn, args.tokens),
                tags=args.tags,
                opts=child,
            )
        whose = {"LoadBalancer": args.load_balancer_suffix, "TargetGroup": group.arn_suffix}
        for suffix, alarm in _alarms(name, args, whose).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarm_topic_arn, child, args.tags)

        self.target_group_arn = group.arn
        self.resource_label = pulumi.Output.concat(args.load_balancer_suffix, "/", group.arn_suffix)
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
    name: str, args: ServiceRoutesArgs, whose: Mapping[str, pulumi.Input[str]]
) -> dict[str, Alarm]:
    balancer = "AWS/ApplicationELB"
    # Ten errors a minute at a thousand requests are 1 %: a stricter promise tolerates fewer.
    tolerated = max(1.0, (100 - args.availability_percent) * 10)
    return {
        "errors": Alarm(
            description=f"{name} answers with 5xx more often than it promises",
            namespace=balancer,
            metric="HTTPCode_Target_5XX_Count",
            dimensions=whose,
            threshold=round(tolerated, 3),
            periods=3,
            period_seconds=MINUTE,
        ),
        "slow": Alarm(
            description=f"{name} answers more slowly than it promises",
            namespace=balancer,
            metric="TargetResponseTime",
            dimensions=whose,
            threshold=args.slow_ms / MILLISECONDS,
            statistic="p99",
            periods=5,
            period_seconds=MINUTE,
        ),
        "unhealthy": Alarm(
            description=f"Tasks of {name} fail their health check",
            namespace=balancer,
            metric="UnHealthyHostCount",
            dimensions=whose,
            threshold=0,
            statistic="Maximum",
            periods=5,
            period_seconds=MINUTE,
        ),
    }
