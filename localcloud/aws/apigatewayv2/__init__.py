"""API Gateway HTTP APIs."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="apigateway",
    moto="apigatewayv2",
    overrides=(
        "overrides.routes:install",
        "overrides.stages:install",
        "overrides.quick_create:install",
    ),
    overrides_with_endpoints=("overrides.addresses:install",),
)
