"""Reads the load balancers, target groups, HTTP APIs and websites of the emulated AWS."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.runtime.frontdoor.balancer.listener import Listener
from localcloud.runtime.frontdoor.balancer.rules import rules
from localcloud.runtime.frontdoor.balancer.target_group import TargetGroupSettings, TargetState
from localcloud.runtime.frontdoor.gateway.http_api import HttpApi, read_apis
from localcloud.runtime.frontdoor.websites import Website, read_websites
from localcloud.stopped import service_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.names import Names
    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.frontdoor.gateway.function_url import FunctionUrl

_LOG = logging.getLogger(__name__)

ELB = "elbv2"
APPLICATION = frozenset({"HTTP", "HTTPS"})
NETWORK = frozenset({"TCP", "TLS"})
NETWORK_IDLE_SECONDS = 350.0
NOT_REGISTERED = {TargetState.DRAINING.value, "unused"}


@dataclass(frozen=True)
class DeclaredTargetGroup:
    """A target group and its registered targets."""

    settings: TargetGroupSettings
    targets: tuple[str, ...]
    reported: Mapping[str, str] = field(default_factory=dict)
    """Target states in the control plane, by address."""


@dataclass(frozen=True)
class Configuration:
    """Everything that the front door serves."""

    listeners: tuple[Listener, ...] = ()
    groups: tuple[DeclaredTargetGroup, ...] = ()
    apis: tuple[HttpApi, ...] = ()
    network_listeners: tuple[Listener, ...] = ()
    """Listeners of network load balancers, whose rules only forward."""
    function_urls: tuple[FunctionUrl, ...] = ()
    websites: tuple[Website, ...] = ()
    names: Names | None = None
    """Names of the emulated AWS."""
    problems: tuple[str, ...] = field(default=())
    """Declared resources that the front door cannot serve, with the reason."""


async def read_configuration(aws: AwsApi, names: Names) -> Configuration:
    """Return the current configuration; integrations may use *names* of the emulated AWS."""
    problems: list[str] = []
    balancers, groups, apis, websites = await asyncio.gather(
        aws.pages(ELB, "DescribeLoadBalancers", "LoadBalancers"),
        aws.pages(ELB, "DescribeTargetGroups", "TargetGroups"),
        read_apis(aws, names, problems),
        read_websites(aws, names),
    )
    found = await asyncio.gather(*(_listeners(aws, one, problems) for one in balancers))
    listeners = tuple(one for some in found for one in some)
    return Configuration(
        listeners=tuple(one for one in listeners if one.protocol in APPLICATION),
        network_listeners=tuple(one for one in listeners if one.protocol in NETWORK),
        groups=tuple(await asyncio.gather(*(_group(aws, one) for one in groups))),
        apis=apis,
        websites=websites,
        names=names,
        problems=tuple(problems),
    )


async def _listeners(
    aws: AwsApi, balancer: Mapping[str, Any], problems: list[str]
) -> list[Listener]:
    arn = balancer["LoadBalancerArn"]
    attributes = await _attributes(aws, "DescribeLoadBalancerAttributes", LoadBalancerArn=arn)
    network = balancer.get("Type") == "network"
    idle = float(attributes.get("idle_timeout.timeout_seconds") or 60)
    idle = NETWORK_IDLE_SECONDS if network else idle
    found = await aws.pages(ELB, "DescribeListeners", "Listeners", LoadBalancerArn=arn)
    return [await _listener(aws, balancer, one, idle, problems) for one in found]


async def _listener(
    aws: AwsApi,
    balancer: Mapping[str, Any],
    described: Mapping[str, Any],
    idle: float,
    problems: list[str],
) -> Listener:
    arn = described["ListenerArn"]
    where = f"listener {described['Port']} of load balancer {balancer['LoadBalancerName']}"
    usable: list[Any] = []
    for rule in await aws.pages(ELB, "DescribeRules", "Rules", ListenerArn=arn):
        try:
            usable += rules([rule])
        except (ValueError, KeyError) as error:
            problems.append(f"{where}, rule {rule.get('Priority')}: {error}")
    return Listener(
        arn=arn,
        balancer=balancer["LoadBalancerName"],
        protocol=described.get("Protocol") or "HTTP",
        port=int(described["Port"]),
        rules=tuple(sorted(usable, key=lambda rule: rule.priority)),
        idle_timeout_seconds=idle,
    )


async def _group(aws: AwsApi, described: Mapping[str, Any]) -> DeclaredTargetGroup:
    arn = described["TargetGroupArn"]
    attributes, health, tags = await asyncio.gather(
        _attributes(aws, "DescribeTargetGroupAttributes", TargetGroupArn=arn),
        aws(ELB, "DescribeTargetHealth", TargetGroupArn=arn),
        aws(ELB, "DescribeTags", ResourceArns=[arn]),
    )
    delay = attributes.get("deregistration_delay.timeout_seconds")
    settings = TargetGroupSettings(
        arn=arn,
        name=described["TargetGroupName"],
        check_protocol=described.get("HealthCheckProtocol") or "HTTP",
        check_path=described.get("HealthCheckPath") or "/",
        check_port=str(described.get("HealthCheckPort") or "traffic-port"),
        check_enabled=described.get("HealthCheckEnabled", True) is not False,
        interval_seconds=float(described.get("HealthCheckIntervalSeconds") or 30),
        timeout_seconds=float(described.get("HealthCheckTimeoutSeconds") or 5),
        healthy_threshold=int(described.get("HealthyThresholdCount") or 5),
        unhealthy_threshold=int(described.get("UnhealthyThresholdCount") or 2),
        matcher=(described.get("Matcher") or {}).get("HttpCode") or "200",
        deregistration_delay_seconds=float(delay if delay is not None else 300),
        sticky=attributes.get("stickiness.enabled") == "true"
        and attributes.get("stickiness.type", "lb_cookie") == "lb_cookie",
        service=service_of(tag for one in tags["TagDescriptions"] for tag in one["Tags"]),
    )
    reported = {
        f"{one['Target']['Id']}:{one['Target'].get('Port') or described.get('Port')}": str(
            (one.get("TargetHealth") or {}).get("State")
        )
        for one in health.get("TargetHealthDescriptions", [])
    }
    registered = [address for address, state in reported.items() if state not in NOT_REGISTERED]
    return DeclaredTargetGroup(settings, tuple(registered), reported)


async def _attributes(aws: AwsApi, operation: str, **parameters: Any) -> dict[str, str]:
    answer = await aws(ELB, operation, **parameters)
    return {one["Key"]: one["Value"] for one in answer.get("Attributes", [])}
