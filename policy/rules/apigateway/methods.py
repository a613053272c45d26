"""Rules on methods, keys and caches of API Gateway REST APIs."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.openapi import unauthenticated_operations
from policy.engine.remediation import changed_inputs
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_not_true, is_true

REQUEST_VALIDATOR = "aws:apigateway/requestValidator:RequestValidator"


@rule(aws.APIGATEWAY_METHOD, aws.APIGATEWAY_REST_API)
@classify("security", "edge", "high", "mandatory")
def apigateway_method_authorized(method: Resource) -> Messages:
    """Methods of REST APIs must require authorization.

    Anyone on the internet can call a method that has no authorization.

    References: Checkov CKV_AWS_59, Checkov CKV2_AWS_70, cdk-nag AwsSolutions-APIG4
    """
    if method.type == aws.APIGATEWAY_REST_API:
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
    aws.APIGATEWAY_METHOD_SETTINGS,
    remediate=lambda found: changed_inputs(found, {"settings.cacheDataEncrypted": True}),
)
@classify("security", "edge", "medium", "mandatory")
def apigateway_cache_encrypted(settings: Resource) -> Messages:
    """REST APIs must encrypt cached responses.

    Cached responses can contain customer data and are stored on disk.

    References: FSBP APIGateway.5, Config api-gw-cache-enabled-and-encrypted, Checkov CKV_AWS_308
    Remediation: Set settings.cache_data_encrypted to True.
    """
    caches = is_true(settings.get("settings.cachingEnabled"))
    if caches and is_not_true(settings.get("settings.cacheDataEncrypted")):
        yield (
            f"The method settings '{settings.name}' must encrypt cached responses: set"
            " settings.cache_data_encrypted=True."
        )


@stack_rule(aws.APIGATEWAY_METHOD, REQUEST_VALIDATOR)
@classify("security", "edge", "medium", "mandatory")
def apigateway_requests_validated(stack: Stack) -> Findings:
    """Methods of REST APIs must validate requests.

    Without request validation, malformed input reaches the backend.

    References: Checkov CKV2_AWS_53, cdk-nag AwsSolutions-APIG2
    """
    for method in stack.of_type(aws.APIGATEWAY_METHOD):
        if method.get("httpMethod") in ("OPTIONS", UNKNOWN):
            continue
        validators = stack.references(method, "requestValidatorId", REQUEST_VALIDATOR)
        idle = [one for one in validators if _validates_nothing(one)]
        if idle:
            yield method.finding(
                f"The request validator '{idle[0].name}' of the method '{method.name}' must"
                " validate requests: set validate_request_body=True or"
                " validate_request_parameters=True."
            )
        elif method.is_missing("requestValidatorId"):
            yield method.finding(
                f"The API method '{method.name}' must validate requests: set request_validator_id"
                " to an aws.apigateway.RequestValidator."
            )


@rule(aws.APIGATEWAY_REST_API, params={"allowedTypes": ["REGIONAL", "PRIVATE"]})
@classify("security", "edge", "low", "advisory")
def apigateway_endpoint_type_stated(api: Resource) -> Messages:
    """REST APIs must state their endpoint type.

    The default, EDGE, routes requests through CloudFront outside the chosen Region. The endpoint
    type should be a deliberate choice.

    References: Config api-gw-endpoint-type-check
    """
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


@stack_rule(aws.APIGATEWAY_STAGE, aws.APIGATEWAY_INTEGRATION)
@classify("security", "edge", "low", "advisory")
def apigateway_client_certificate(stack: Stack) -> Findings:
    """Stages of REST APIs must send a client certificate to HTTP backends.

    Without a client certificate, an HTTP backend cannot verify that requests come from API Gateway.

    References: FSBP APIGateway.2, Config api-gw-ssl-enabled, Checkov CKV2_AWS_51
    """
    for stage in stack.of_type(aws.APIGATEWAY_STAGE):
        if not stage.is_missing("clientCertificateId"):
            continue
        integrations = [
            integration
            for api in stack.references(stage, "restApi", aws.APIGATEWAY_REST_API)
            for integration in stack.referrers("restApi", api, aws.APIGATEWAY_INTEGRATION)
        ]
        types = [one.get("type") for one in integrations]
        if not types or any(one in ("HTTP", "HTTP_PROXY") for one in types):
            yield stage.finding(
                f"The API stage '{stage.name}' must send a client certificate to its backends: set"
                " client_certificate_id."
            )


def _validates_nothing(validator: Resource) -> bool:
    return is_not_true(validator.get("validateRequestBody")) and is_not_true(
        validator.get("validateRequestParameters")
    )
