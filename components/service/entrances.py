"""The routes of a container service on the load balancers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pulumi

from components.observability.objective import Objective, ObjectiveArgs
from components.routing.internal_route import InternalRoute, InternalRouteArgs
from components.routing.service_routes import ServiceRoutes, ServiceRoutesArgs
from components.routing.target_group import Targets
from components.routing.token_check import TokenCheck
from components.service.args import public_routes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.service.args import MicroserviceArgs


def targets(
    service: MicroserviceArgs, port: int, health_check: str, tags: Mapping[str, str] | None
) -> Targets:
    """Return how the load balancers reach the tasks of *service*."""
    platform = service.platform
    return Targets(
        vpc_id=platform.vpc.vpc_id,
        alarms=platform.alarms,
        port=port,
        health_check=dataclasses.replace(platform.health_check, path=health_check),
        drain_seconds=platform.drain_seconds,
        tags=tags,
    )


def define_entrances(
    name: str, service: MicroserviceArgs, targets: Targets, opts: pulumi.ResourceOptions
) -> list[ServiceRoutes | InternalRoute]:
    """Define the routes of users on the public load balancer, and of services on the internal.

    Each has alarms on the objectives of the service.
    """
    platform = service.platform
    made: list[ServiceRoutes | InternalRoute] = []
    if routes := public_routes(service):
        made.append(
            ServiceRoutes(
                f"{name}-routes",
                ServiceRoutesArgs(
                    target_group_name=name,
                    load_balancer=platform.load_balancer,
                    routes=routes,
                    priorities=service.priorities,
                    tokens=TokenCheck(
                        issuer=platform.user_pool.issuer,
                        jwks_endpoint=platform.user_pool.jwks_endpoint,
                        claim="client_id",
                        value=platform.user_pool.client_id,
                    ),
                    targets=targets,
                ),
                opts,
            )
        )
    if platform.internal and (callers := service.callers) and callers.priority is not None:
        made.append(
            InternalRoute(
                f"{name}-calls",
                InternalRouteArgs(
                    service=name,
                    entrance=platform.internal,
                    priority=callers.priority,
                    tokens=TokenCheck(
                        issuer=callers.issuer,
                        jwks_endpoint=callers.jwks_uri,
                        claim="aud",
                        value=callers.audience,
                    ),
                    targets=targets,
                ),
                opts,
            )
        )
    for routes in made:
        Objective(
            f"{name}-{'calls' if isinstance(routes, InternalRoute) else 'routes'}",
            ObjectiveArgs(
                metrics=routes.metrics,
                objectives=service.objectives,
                alarms=platform.alarms,
                tags=targets.tags,
            ),
            pulumi.ResourceOptions(parent=routes),
        )
    return made
