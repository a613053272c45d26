"""Rules on methods, keys and caches of API Gateway REST APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.openapi import unauthenticated_operations
from policy.engine.remediation import changed_inputs
from policy.engine.resource_types import (
    APIGATEWAY_INTEGRATION,
    APIGATEWAY_METHOD,
    APIGATEWAY_METHOD_SETTINGS,
    APIGATEWAY_REST_API,
    APIGATEWAY_STAGE,
)
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_not_true, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

REQUEST_VALIDATOR = "aws:apigateway/requestValidator:RequestValidator"


@rule(
    APIGATEWAY_METHOD,
    APIGATEWAY_REST_API,
    pack=Pack.SECURITY,
    concern=Concern.EDGE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Anyone on the internet can call a method that has no authorization.",
    references=("Checkov CKV_AWS_59", "Checkov CKV2_AWS_70", "cdk-nag AwsSolutions-APIG4"),
)
def apigateway_method_authorized(method: Resource) -> Iterator[str]:
    """Methods of REST APIs must require authorization."""
    if method.type == APIGATEWAY_REST_API:
        for operation in unauthenticated_operations(method.get("body"), inherits=False):
            yield (
                f"The API '{method.name}' must require authorization for {operation}: add security"
                " to the operation in body."
            )
        return
    authorization = method.get("authorization")
    open_to_all = is_missing(authorization) or authorization == "NONE"
    verb, key = method.get("httpMethod"), method.get("apiKeyRequired")
    if open_to_all and verb not in ("OPTIONS", UNKNOWN) and is_not_true(key):
        yield (
            f"The API method '{method.name}' must require authorization: set authorization to"
            " AWS_IAM, CUSTOM or COGNITO_USER_POOLS."
        )


@rule(
    APIGATEWAY_METHOD_SETTINGS,
    pack=Pack.SECURITY,
    concern=Concern.EDGE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Cached responses can contain customer data and are stored on disk.",
    references=(
        "FSBP APIGateway.5",
        "Config api-gw-cache-enabled-and-encrypted",
        "Checkov CKV_AWS_308",
    ),
    remediation="Set settings.cache_data_encrypted to True.",
    remediate=lambda found: changed_inputs(found, {"settings.cacheDataEncrypted": True}),
)
def apigateway_cache_encrypted(settings: Resource) -> Iterator[str]:
    """REST APIs must encrypt cached responses."""
    caches = is_true(settings.get("settings.cachingEnabled"))
    if caches and is_not_true(settings.get("settings.cacheDataEncrypted")):
        yield (
            f"The method settings '{settings.name}' must encrypt cached responses: set"
            " settings.cache_data_encrypted=True."
        )


@stack_rule(
    APIGATEWAY_METHOD,
    REQUEST_VALIDATOR,
    pack=Pack.SECURITY,
    concern=Concern.EDGE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without request validation, malformed input reaches the backend.",
    references=("Checkov CKV2_AWS_53", "cdk-nag AwsSolutions-APIG2"),
)
def apigateway_requests_validated(stack: Stack) -> Iterator[Finding]:
    """Methods of REST APIs must validate requests."""
    for method in stack.of_type(APIGATEWAY_METHOD):
        if method.get("httpMethod") in ("OPTIONS", UNKNOWN):
            continue
        validators = stack.references(method, "requestValidatorId", REQUEST_VALIDATOR)
        idle = [one for one in validators if _validates_nothing(one)]
        if idle:
            yield Finding(
                f"The request validator '{idle[0].name}' of the method '{method.name}' must"
                " validate requests: set validate_request_body=True or"
                " validate_request_parameters=True.",
                method.urn,
            )
        elif method.is_missing("requestValidatorId"):
            yield Finding(
                f"The API method '{method.name}' must validate requests: set request_validator_id"
                " to an aws.apigateway.RequestValidator.",
                method.urn,
            )


@rule(
    APIGATEWAY_REST_API,
    pack=Pack.SECURITY,
    concern=Concern.EDGE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "The default, EDGE, routes requests through CloudFront outside the chosen Region. The"
        " endpoint type should be a deliberate choice."
    ),
    params={"allowedTypes": ["REGIONAL", "PRIVATE"]},
    references=("Config api-gw-endpoint-type-check",),
)
def apigateway_endpoint_type_stated(api: Resource) -> Iterator[str]:
    """REST APIs must state their endpoint type."""
    types = api.get("endpointConfiguration.types")
    allowed = api.params["allowedTypes"]
    if types is UNKNOWN:
        return
    given = as_list(types)
    if not given or any(one not in allowed and one is not UNKNOWN for one in given):
        yield (
            f"The API '{api.name}' must state its endpoint type: set endpoint_configuration.types"
            f" to {' or '.join(str(one) for one in allowed)}."
        )


@stack_rule(
    APIGATEWAY_STAGE,
    APIGATEWAY_INTEGRATION,
    pack=Pack.SECURITY,
    concern=Concern.EDGE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "Without a client certificate, an HTTP backend cannot verify that requests come from API"
        " Gateway."
    ),
    references=("FSBP APIGateway.2", "Config api-gw-ssl-enabled", "Checkov CKV2_AWS_51"),
)
def apigateway_client_certificate(stack: Stack) -> Iterator[Finding]:
    """Stages of REST APIs must send a client certificate to HTTP backends."""
    for stage in stack.of_type(APIGATEWAY_STAGE):
        if not stage.is_missing("clientCertificateId"):
            continue
        integrations = [
            integration
            for api in stack.references(stage, "restApi", APIGATEWAY_REST_API)
            for integration in stack.referrers("restApi", api, APIGATEWAY_INTEGRATION)
        ]
        types = [one.get("type") for one in integrations]
        if not types or any(one in ("HTTP", "HTTP_PROXY") for one in types):
            yield Finding(
                f"The API stage '{stage.name}' must send a client certificate to its backends: set"
                " client_certificate_id.",
                stage.urn,
            )


def _validates_nothing(validator: Resource) -> bool:
    return is_not_true(validator.get("validateRequestBody")) and is_not_true(
        validator.get("validateRequestParameters")
    )
