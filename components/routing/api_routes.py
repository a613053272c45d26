"""The routes of one Lambda function on the shared HTTP API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs, require_between
from components.routing.paths import SERVICE, slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.functions import InvokedFunction
    from components.routing.http_api import HttpApi
    from components.routing.paths import Route

MAX_TIMEOUT_MS = 30_000  # maximum of an HTTP API
MILLISECONDS = 1000


@dataclass(frozen=True, kw_only=True)
class ApiRoutesArgs:
    """Routes and integration of a function."""

    api: HttpApi = field(metadata=NOT_AN_INPUT)
    """HTTP API of the routes."""

    function: InvokedFunction = field(metadata=NOT_AN_INPUT)
    """Lambda function that answers."""

    routes: Sequence[Route]
    """Paths, methods and required roles."""

    timeout_seconds: int = 10
    """Integration timeout in seconds."""

    def __post_init__(self) -> None:
        """Reject long timeouts, and routes for services on an API that does not accept them."""
        require_between("timeout_seconds", self.timeout_seconds, 1, MAX_TIMEOUT_MS // MILLISECONDS)
        for_services = [route.path for route in self.routes if route.role == SERVICE]
        if for_services and self.api.service_authorizer_id is None:
            want = "set service_tokens of the API, which these routes need"
            raise InvalidArgError("routes", for_services, want)


class ApiRoutes(pulumi.ComponentResource):
    """Lambda proxy integration and routes with a JWT authorizer; API and function have alarms."""

    route_keys: list[str]

    def __init__(
        self, name: str, args: ApiRoutesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the routes *name*."""
        super().__init__("bulkhead:routing:ApiRoutes", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        permission = aws.lambda_.Permission(
            f"{name}-from-api",
            action="lambda:InvokeFunction",
            function=args.function.function_name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(args.api.execution_arn, "/*/*"),
            opts=child,
        )
        integration = aws.apigatewayv2.Integration(
            f"{name}-integration",
            api_id=args.api.api_id,
            integration_type="AWS_PROXY",
            integration_uri=args.function.arn,
            integration_method="POST",
            payload_format_version="2.0",
            timeout_milliseconds=args.timeout_seconds * MILLISECONDS,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.route_keys = []
        for route in args.routes:
            for method in sorted(route.methods):
                route_key = f"{method} {route.path}"
                aws.apigatewayv2.Route(
                    f"{name}-{method.lower()}-{slug(route.path)}",
                    api_id=args.api.api_id,
                    route_key=route_key,
                    target=pulumi.Output.concat("integrations/", integration.id),
                    authorization_type="NONE" if route.role is None else "JWT",
                    authorizer_id=_authorizer_id(route, args.api),
                    opts=child,
                )
                self.route_keys.append(route_key)

        self.register_outputs({"route_keys": self.route_keys})


def _authorizer_id(route: Route, api: HttpApi) -> pulumi.Output[str] | None:
    if route.role is None:
        return None
    return api.service_authorizer_id if route.role == SERVICE else api.authorizer_id
