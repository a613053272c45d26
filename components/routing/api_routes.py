"""The routes of one function on the shared HTTP API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs, require_between
from components.routing.paths import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.routing.paths import Route

MAX_TIMEOUT_MS = 30_000  # an HTTP API waits no longer
MILLISECONDS = 1000


@dataclass(frozen=True, kw_only=True)
class ApiRoutesArgs:
    """Which requests reach a function."""

    api_id: pulumi.Input[str]
    """The API the requests come from."""

    execution_arn: pulumi.Input[str]
    """The same API, as permissions name it."""

    authorizer_id: pulumi.Input[str]
    """What checks the tokens of routes that are not public."""

    function_arn: pulumi.Input[str]
    """The function that answers."""

    function_name: pulumi.Input[str]
    """The same function, as permissions name it."""

    routes: Sequence[Route]
    """The paths of the service, and who may use each."""

    timeout_seconds: int = 10
    """When the API stops waiting for an answer."""

    def __post_init__(self) -> None:
        """Refuse to wait longer than an API can."""
        require_between("timeout_seconds", self.timeout_seconds, 1, MAX_TIMEOUT_MS // MILLISECONDS)


class ApiRoutes(pulumi.ComponentResource):
    """Leads requests with a checked token to a function; API and function have the alarms."""

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
            function=args.function_name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(args.execution_arn, "/*/*"),
            opts=child,
        )
        integration = aws.apigatewayv2.Integration(
            f"{name}-integration",
            api_id=args.api_id,
            integration_type="AWS_PROXY",
            integration_uri=args.function_arn,
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
                    api_id=args.api_id,
                    route_key=route_key,
                    target=pulumi.Output.concat("integrations/", integration.id),
                    authorization_type="NONE" if route.role is None else "JWT",
                    authorizer_id=None if route.role is None else args.authorizer_id,
                    opts=child,
                )
                self.route_keys.append(route_key)

        self.register_outputs({"route_keys": self.route_keys})
