"""The target group and listener rules of one container service on the public load balancer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs, require_between
from components.routing.paths import MAX_PRIORITY, pattern, slug
from components.routing.target_group import MAX_NAME, Targets, make_target_group
from components.routing.token_check import TokenCheck, actions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.routing.load_balancer import LoadBalancer
    from components.routing.paths import Route


@dataclass(frozen=True, kw_only=True)
class ServiceRoutesArgs:
    """Target group and listener rules of a service."""

    target_group_name: str
    """Logical name of the target group; AWS allows 32 characters with the 7-character suffix."""

    load_balancer: LoadBalancer = field(metadata=NOT_AN_INPUT)
    """Load balancer whose HTTPS listener gets the rules."""

    routes: Sequence[Route]
    """Paths, methods and required roles."""

    priorities: Sequence[int]
    """Priority of each route's listener rule."""

    tokens: TokenCheck
    """Accepted JWTs on routes that are not public."""

    targets: Targets
    """Port and health check of the targets."""

    def __post_init__(self) -> None:
        """Reject priorities and names that do not fit."""
        if len(self.priorities) != len(self.routes):
            want = f"name one for each of the {len(self.routes)} routes"
            raise InvalidArgError("priorities", list(self.priorities), want)
        if len(self.target_group_name) > MAX_NAME:
            want = f"use at most {MAX_NAME} characters"
            raise InvalidArgError("target_group_name", self.target_group_name, want)
        for priority in self.priorities:
            require_between("priorities", priority, 1, MAX_PRIORITY)


class ServiceRoutes(pulumi.ComponentResource):
    """A target group, listener rules that validate the caller's JWT, and an alarm on health."""

    target_group_arn: pulumi.Output[str]
    resource_label: pulumi.Output[str]

    def __init__(
        self, name: str, args: ServiceRoutesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the routes *name*."""
        super().__init__("bulkhead:routing:ServiceRoutes", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = make_target_group(
            args.target_group_name, name, args.targets, args.load_balancer, child
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
                actions=actions(None if route.role is None else args.tokens, group.arn),
                tags=args.targets.tags,
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
