"""The host name by which services call one container service."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import NOT_AN_INPUT, as_inputs, require_between
from components.routing.paths import MAX_PRIORITY
from components.routing.target_group import MAX_NAME, Targets, make_target_group
from components.routing.token_check import TokenCheck, actions

if TYPE_CHECKING:
    from components.routing.load_balancer import LoadBalancer

SUFFIX = "-in"
DIGEST_LENGTH = 4


@dataclass(frozen=True, kw_only=True)
class InternalEntrance:
    """The internal load balancer of an environment, and the hosted zone of its host names."""

    load_balancer: LoadBalancer
    """Internal load balancer."""

    zone_id: pulumi.Input[str]
    """Private hosted zone."""

    domain_name: pulumi.Input[str]
    """Domain of the zone; a service is `<service>.<domain>`."""

    def host_name(self, service: str) -> pulumi.Output[str]:
        """Return the host name of *service*."""
        return pulumi.Output.concat(service, ".", self.domain_name)


@dataclass(frozen=True, kw_only=True)
class InternalRouteArgs:
    """Host name, listener rule and target group of a service."""

    service: str
    """Name of the service."""

    entrance: InternalEntrance = field(metadata=NOT_AN_INPUT)
    """Load balancer and hosted zone."""

    priority: int
    """Priority of the listener rule."""

    tokens: TokenCheck
    """Accepted JWTs: those of services."""

    targets: Targets
    """Port and health check of the targets."""

    def __post_init__(self) -> None:
        """Reject priorities that Elastic Load Balancing does not accept."""
        require_between("priority", self.priority, 1, MAX_PRIORITY)


class InternalRoute(pulumi.ComponentResource):
    """A record, a listener rule that validates the caller's JWT, and a target group."""

    target_group_arn: pulumi.Output[str]
    resource_label: pulumi.Output[str]

    def __init__(
        self, name: str, args: InternalRouteArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the route *name*."""
        super().__init__("bulkhead:routing:InternalRoute", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        balancer = args.entrance.load_balancer
        host_name = args.entrance.host_name(args.service)
        group = make_target_group(
            target_group_name(args.service), name, args.targets, balancer, child
        )
        aws.lb.ListenerRule(
            f"{name}-rule",
            listener_arn=balancer.listener_arn,
            priority=args.priority,
            conditions=[{"host_header": {"values": [host_name]}}],
            actions=actions(args.tokens, group.arn),
            tags=args.targets.tags,
            opts=child,
        )
        aws.route53.Record(
            f"{name}-record",
            zone_id=args.entrance.zone_id,
            name=host_name,
            type="A",
            aliases=[
                {
                    "name": balancer.dns_name,
                    "zone_id": balancer.hosted_zone_id,
                    "evaluate_target_health": True,
                }
            ],
            opts=child,
        )

        # Not declared on the class: Pulumi would treat it as a resource output.
        self.entrance = group.dimensions
        self.target_group_arn = group.arn
        self.resource_label = group.resource_label
        # Not declared on the class: Pulumi would treat it as a resource output.
        self.metrics = group.metrics
        self.register_outputs(
            {"target_group_arn": self.target_group_arn, "resource_label": self.resource_label}
        )


def target_group_name(service: str) -> str:
    """Return the logical name of the target group: `orders-in`, shortened with a digest."""
    longest = MAX_NAME - len(SUFFIX)
    if len(service) <= longest:
        return f"{service}{SUFFIX}"
    digest = hashlib.sha256(service.encode()).hexdigest()[:DIGEST_LENGTH]
    return f"{service[: longest - DIGEST_LENGTH]}{digest}{SUFFIX}"
