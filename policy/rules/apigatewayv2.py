"""Rules on API Gateway HTTP and WebSocket APIs."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.openapi import unauthenticated_operations
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import as_list, is_missing, is_true

APIGATEWAYV2_ROUTE = "aws:apigatewayv2/route:Route"
EVERY_ORIGIN = ("*", "http://*", "https://*")


@rule(APIGATEWAYV2_ROUTE, aws.APIGATEWAYV2_API)
@classify("security", "edge", "medium", "mandatory")
def apigatewayv2_route_authorized(route: Resource) -> Messages:
    """Routes of HTTP and WebSocket APIs must require authorization.

    Anyone on the internet can call a route that has no authorizer.

    References: FSBP APIGateway.8, Config api-gwv2-authorization-type-configured,
    Checkov CKV_AWS_309
    """
    if route.type == aws.APIGATEWAYV2_API:
        yield from _implicit_routes(route)
        return
    key = route.get("routeKey")
    if not isinstance(key, str):
        return
    method, _, path = key.partition(" ")
    asked = key in ("$default", "$connect") or (path and method != "OPTIONS")
    authorization = route.get("authorizationType")
    if asked and (is_missing(authorization) or authorization == "NONE"):
        yield (
            f"The API route '{route.name}' ({key}) must require authorization: set"
            " authorization_type to JWT, AWS_IAM or CUSTOM."
        )


def _implicit_routes(api: Resource) -> Messages:
    """Yield violations of the routes that *api* defines without a Route resource."""
    if not api.is_missing("target"):
        yield (
            f"The API '{api.name}' must require authorization: its target accepts unauthenticated"
            " requests, so replace it with an aws.apigatewayv2.Route with authorization_type."
        )
    for operation in unauthenticated_operations(api.get("body"), inherits=True):
        yield (
            f"The API '{api.name}' must require authorization for {operation}: add security to the"
            " operation in body."
        )


@rule(aws.APIGATEWAYV2_API)
@classify("security", "edge", "medium", "advisory")
def apigatewayv2_cors_not_open(api: Resource) -> Messages:
    """HTTP APIs must not allow credentials from every origin.

    Any website can then call the API with the credentials of a signed-in visitor.

    References: Checkov CKV2_AWS_75
    """
    origins = as_list(api.get("corsConfiguration.allowOrigins"))
    with_credentials = is_true(api.get("corsConfiguration.allowCredentials"))
    if with_credentials and any(one in EVERY_ORIGIN for one in origins):
        yield (
            f"The API '{api.name}' must name the origins that may send credentials: list them in"
            " cors_configuration.allow_origins."
        )
