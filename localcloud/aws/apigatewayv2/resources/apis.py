"""API Gateway v2: HTTP APIs, routes, integrations and authorizers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localcloud.aws.apigatewayv2.resources.stages import API, TAGS, in_api, with_keys
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY"
ROUTE_KEY = re.compile(rf"\$default|({METHODS}) /\S*")
LONGEST_TIMEOUT = 30_000
CATCH_ALL = "$default"


def api_outputs(context: Context, found: Properties) -> Properties:
    """Return the API's execution ARN, and what its quick create was given."""
    head = f"arn:{context.partition}:execute-api:{context.region}:{context.account}"
    outputs: dict[str, Any] = {"executionArn": f"{head}:{found['ApiId']}"}
    if not context.importing and not context.get("target"):
        return outputs
    parts = {
        operation: next(
            (
                part
                for part in context.call(operation, ApiId=found["ApiId"])["Items"]
                if part.get("ApiGatewayManaged")
            ),
            {},
        )
        for operation in ("GetIntegrations", "GetRoutes")
    }
    integration, route = parts.values()
    key = route.get("RouteKey")
    return {
        **outputs,
        "target": integration.get("IntegrationUri"),
        "credentialsArn": integration.get("CredentialsArn"),
        "routeKey": None if key == CATCH_ALL and not context.get("routeKey") else key,
    }


def cors(context: Context) -> Properties:
    """Return the CORS configuration; an update without it removes it."""
    if "corsConfiguration" in context.changed and "corsConfiguration" not in context.inputs:
        context.call("DeleteCorsConfiguration", ApiId=context.id)
    return {}


def check_api(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of API Gateway's constraints across the inputs of an API."""
    if inputs.get("protocolType") == "WEBSOCKET":
        yield CheckFailure(
            "protocolType", "WEBSOCKET is not supported by the local cloud: use HTTP"
        )
    for key in ("routeKey", "credentialsArn"):
        if inputs.get(key) and "target" not in inputs:
            yield CheckFailure(key, "belongs to quick create: set target, or remove it")
    if "target" in inputs:
        yield from check_route({"routeKey": inputs.get("routeKey")})
    origins = (inputs.get("corsConfiguration") or {}).get("allowOrigins") or []
    if "*" in origins and inputs["corsConfiguration"].get("allowCredentials"):
        yield CheckFailure(
            "corsConfiguration", "allows credentials from every origin: name the origins"
        )


def route_parameters(context: Context) -> Properties:
    """Return the request parameters in AWS's form: by name."""
    found = context.inputs.get("requestParameters")
    if found is None:
        return {}
    wanted = {item["requestParameterKey"]: {"Required": item["required"]} for item in found}
    return {"RequestParameters": wanted}


def check_route(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of API Gateway's constraints on a route."""
    key = inputs.get("routeKey")
    if isinstance(key, str) and not ROUTE_KEY.fullmatch(key):
        yield CheckFailure(
            "routeKey", f'is "{key}": write a method and a path, "GET /orders", or $default'
        )
    if inputs.get("authorizationType") in ("JWT", "CUSTOM") and "authorizerId" not in inputs:
        yield CheckFailure("authorizerId", f"is required for {inputs['authorizationType']}: set it")


def responses(context: Context) -> Properties:
    """Return the response parameters in AWS's form: by status code."""
    found = context.inputs.get("responseParameters")
    if found is None:
        return {}
    return {"ResponseParameters": {item["statusCode"]: item["mappings"] for item in found}}


def method_of_lambda(inputs: Properties) -> str:
    """Return the method of an integration that does not set one: Lambda is called by POST."""
    return "POST" if inputs.get("integrationType") in ("AWS", "AWS_PROXY") else ""


def check_authorizer(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of API Gateway's constraints on an authorizer."""
    if inputs.get("authorizerType") != "JWT":
        return
    if "jwtConfiguration" not in inputs:
        yield CheckFailure("jwtConfiguration", "is required for JWT: set audiences and issuer")
    if "identitySources" not in inputs:
        yield CheckFailure(
            "identitySources", 'is required for JWT: set "$request.header.Authorization"'
        )


CREATE_ROUTE = Op(name="CreateRoute", rename={"requestParameters": ""}, extra=route_parameters)
INTEGRATION_NAMES = {"timeoutMilliseconds": "TimeoutInMillis", "responseParameters": ""}
CREATE_INTEGRATION = Op(name="CreateIntegration", rename=INTEGRATION_NAMES, extra=responses)

ROWS = (
    Row(
        type="aws:apigatewayv2/api:Api",
        served_in_one_region=True,
        service="apigatewayv2",
        inputs={
            **each(UPDATE, "corsConfiguration name tags"),
            "region": Input(REPLACE),
            "apiKeySelectionExpression": Input(UPDATE, default="$request.header.x-api-key"),
            "description": Input(UPDATE, reset=""),
            "disableExecuteApiEndpoint": Input(UPDATE, reset=False),
            "ipAddressType": Input(UPDATE, reset="ipv4"),
            "routeSelectionExpression": Input(UPDATE, default="$request.method $request.path"),
            "version": Input(UPDATE, reset=""),
            "body": Input(UPDATE, supported=False),
            "failOnWarnings": Input(UPDATE, supported=False),
            "routeKey": Input(UPDATE, reset=CATCH_ALL),
            "target": Input(UPDATE, reset=""),
            "credentialsArn": Input(UPDATE, reset=""),
            "protocolType": Input(REPLACE, limit=Limit(one_of=("HTTP", "WEBSOCKET"))),
        },
        name=Naming(max_length=128),
        create=Op(name="CreateApi"),
        id="ApiId",
        read=Op(name="GetApi", keys={"ApiId": "id"}),
        outputs={"tags": ""},
        computed=api_outputs,
        arn="arn:{partition}:apigateway:{region}::/apis/{id}",
        update=Op(name="UpdateApi", keys={"ApiId": "id"}, extra=cors),
        delete=Op(name="DeleteApi", keys={"ApiId": "id"}),
        tags=TAGS,
        check=check_api,
    ),
    Row(
        type="aws:apigatewayv2/route:Route",
        service="apigatewayv2",
        inputs={
            **each(REPLACE, "apiId region"),
            "routeKey": Input(UPDATE),
            "apiKeyRequired": Input(UPDATE, reset=False),
            "authorizationScopes": Input(UPDATE, reset=[], unordered=True),
            "authorizationType": Input(UPDATE, default="NONE"),
            "requestModels": Input(UPDATE, reset={}),
            "requestParameters": Input(UPDATE, reset=[]),
            "authorizerId": Input(UPDATE, reset=""),
            "modelSelectionExpression": Input(UPDATE, reset=""),
            "operationName": Input(UPDATE, reset=""),
            "routeResponseSelectionExpression": Input(UPDATE, reset=""),
            "target": Input(UPDATE, reset=""),
        },
        create=CREATE_ROUTE,
        id="RouteId",
        from_id=in_api,
        read=Op(name="GetRoute", keys={**API, "RouteId": "id"}),
        computed=lambda context, found: {
            "requestParameters": with_keys(
                context,
                "requestParameters",
                found.get("RequestParameters"),
                "requestParameterKey",
            )
        },
        update=Op(
            name="UpdateRoute",
            keys={"RouteId": "id"},
            rename=CREATE_ROUTE.rename,
            extra=route_parameters,
        ),
        delete=Op(name="DeleteRoute", keys={**API, "RouteId": "id"}),
        check=check_route,
    ),
    Row(
        type="aws:apigatewayv2/integration:Integration",
        service="apigatewayv2",
        inputs={
            **each(REPLACE, "apiId integrationSubtype integrationType region"),
            "connectionType": Input(UPDATE, default="INTERNET"),
            "payloadFormatVersion": Input(
                UPDATE, default="1.0", limit=Limit(one_of=("1.0", "2.0"))
            ),
            "requestParameters": Input(UPDATE, reset={}),
            "requestTemplates": Input(UPDATE, reset={}),
            "responseParameters": Input(UPDATE, reset=[]),
            "timeoutMilliseconds": Input(
                UPDATE, reset=LONGEST_TIMEOUT, limit=Limit(50, LONGEST_TIMEOUT)
            ),
            "tlsConfig": Input(UPDATE, reset={}),
            "connectionId": Input(UPDATE, reset=""),
            "contentHandlingStrategy": Input(UPDATE, reset=""),
            "credentialsArn": Input(UPDATE, reset=""),
            "description": Input(UPDATE, reset=""),
            "integrationMethod": Input(UPDATE, reset=method_of_lambda),
            "integrationUri": Input(UPDATE, reset=""),
            "passthroughBehavior": Input(UPDATE, reset=""),
            "templateSelectionExpression": Input(UPDATE, reset=""),
        },
        create=CREATE_INTEGRATION,
        id="IntegrationId",
        from_id=in_api,
        read=Op(name="GetIntegration", keys={**API, "IntegrationId": "id"}),
        outputs={"timeoutMilliseconds": "TimeoutInMillis"},
        computed=lambda context, found: {
            "responseParameters": with_keys(
                context,
                "responseParameters",
                {
                    status: {"mappings": mappings}
                    for status, mappings in (found.get("ResponseParameters") or {}).items()
                },
                "statusCode",
            )
        },
        update=Op(
            name="UpdateIntegration",
            keys={"IntegrationId": "id"},
            rename=INTEGRATION_NAMES,
            extra=responses,
        ),
        delete=Op(name="DeleteIntegration", keys={**API, "IntegrationId": "id"}),
    ),
    Row(
        type="aws:apigatewayv2/authorizer:Authorizer",
        service="apigatewayv2",
        inputs={
            **each(UPDATE, "authorizerType name"),
            **each(REPLACE, "apiId region"),
            "authorizerCredentialsArn": Input(UPDATE, reset=""),
            "authorizerPayloadFormatVersion": Input(
                UPDATE, reset="", limit=Limit(one_of=("1.0", "2.0"))
            ),
            "authorizerResultTtlInSeconds": Input(UPDATE, reset=0, limit=Limit(0, 3600)),
            "authorizerUri": Input(UPDATE, reset=""),
            "enableSimpleResponses": Input(UPDATE, reset=False),
            "identitySources": Input(UPDATE, reset=[]),
            "jwtConfiguration": Input(UPDATE, reset={}),
        },
        name=Naming(max_length=128),
        create=Op(name="CreateAuthorizer"),
        id="AuthorizerId",
        from_id=in_api,
        read=Op(name="GetAuthorizer", keys={**API, "AuthorizerId": "id"}),
        outputs={"name": "Name"},
        update=Op(name="UpdateAuthorizer", keys={"AuthorizerId": "id"}),
        delete=Op(name="DeleteAuthorizer", keys={**API, "AuthorizerId": "id"}),
        check=check_authorizer,
    ),
)
