"""Rules on HTTP and WebSocket APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

ROUTE = "aws:apigatewayv2/route:Route"


@rule(
    ROUTE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A route without an authorizer answers everybody on the internet.",
    references=(
        "FSBP APIGateway.8",
        "Config api-gwv2-authorization-type-configured",
        "Checkov CKV_AWS_309",
    ),
)
def apigatewayv2_route_authorized(route: Resource) -> Iterator[str]:
    """Routes of HTTP and WebSocket APIs must ask who calls."""
    key = route.get("routeKey")
    if not isinstance(key, str):
        return
    method, _, path = key.partition(" ")
    asked = key in ("$default", "$connect") or (path and method != "OPTIONS")
    authorization = route.get("authorizationType")
    if asked and (is_missing(authorization) or authorization == "NONE"):
        yield (
            f"The API route '{route.name}' ({key}) must be authorised: set authorization_type to"
            " JWT, AWS_IAM or CUSTOM."
        )
