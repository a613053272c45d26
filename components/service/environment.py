"""Environment variables of services, the same for containers and functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi

from components.service import tracing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.identity.user_pool import UserPool
    from components.routing.paths import Route
    from components.service.args import MicroserviceArgs
    from components.service.calls import Callers

PUBLIC = "public"


def variable(name: str, part: str) -> str:
    """Return the variable of *part* of *name*: `ledger`, `HOST` gives `LEDGER_HOST`."""
    return f"{name.upper().replace('-', '_')}_{part}"


def route_roles(routes: Sequence[Route]) -> str:
    """Return the required role of each route as JSON; the service enforces it."""
    roles = {
        f"{method} {route.path}": route.role or PUBLIC
        for route in routes
        for method in route.methods
    }
    return json.dumps(roles, sort_keys=True)


def environment(name: str, args: MicroserviceArgs) -> dict[str, pulumi.Input[str]]:
    """Return the variables of every program of *name*, except those of stores and secrets."""
    variables: dict[str, pulumi.Input[str]] = {
        "SERVICE_NAME": name,
        "POWERTOOLS_SERVICE_NAME": name,
        "METRICS": ",".join(args.metrics),
        "METRICS_NAMESPACE": args.platform.metrics_namespace,
        "LOG_LEVEL": args.platform.log_level,
        "ROUTE_ROLES": route_roles(args.routes),
    }
    if args.platform.fault_injection:
        variables["FAULT_INJECTION"] = "on"
    variables |= tracing.environment(args.platform)
    variables |= args.variables
    for parameter, path in args.parameters.items():
        variables[variable(parameter, "PARAMETER")] = path
    for event, publication in args.publishes.items():
        for suffix, value in publication.variables.items():
            variables[variable(event, suffix)] = value
    for service, callee in args.calls.items():
        variables[variable(service, "URL")] = callee.url
        if callee.audience is not None:
            variables[variable(service, "AUDIENCE")] = callee.audience
        for limit, value in callee.limits.items():
            variables[variable(service, limit.upper())] = str(value)
    if args.callers is not None:
        variables |= _tokens(args.callers, args.platform.user_pool)
    return variables


def _tokens(callers: Callers, user_pool: UserPool) -> dict[str, pulumi.Input[str]]:
    """Return the variables with which a callee verifies tokens of services and of their users."""
    return {
        "SERVICE_ISSUER": callers.issuer,
        "SERVICE_JWKS_URI": callers.jwks_uri,
        "SERVICE_AUDIENCE": callers.audience,
        "SERVICE_CALLERS": pulumi.Output.json_dumps(
            {service: list(roles) for service, roles in sorted(callers.roles.items())}
        ),
        "USER_ISSUER": user_pool.issuer,
        "USER_JWKS_URI": user_pool.jwks_endpoint,
        "USER_CLIENT_ID": user_pool.client_id,
    }
