"""Examples of HTTP APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

API = "aws:apigatewayv2/api:Api"
STAGE = "aws:apigatewayv2/stage:Stage"
DOMAIN = "aws:apigatewayv2/domainName:DomainName"
CERTIFICATE = "arn:aws:acm:eu-west-1:000000000000:certificate/example"


LOG_GROUP = "arn:aws:logs:eu-west-1:000000000000:log-group:access"


def another_api(stage: Stage) -> dict[str, str]:
    """Return another API and its stage."""
    found = stage.create(API, {"protocolType": "HTTP"}, name="another").id
    return {
        "apiId": found,
        "stage": stage.create(STAGE, {"apiId": found, "name": "live"}, name="another").id,
    }


def api(stage: Stage) -> dict[str, str]:
    return {"apiId": stage.make(API)["id"]}


EXAMPLES = (
    Example(
        type=API,
        inputs=lambda _: {
            "protocolType": "HTTP",
            "corsConfiguration": {"allowOrigins": ["https://shop.example"], "maxAge": 60},
            "tags": {"kind": "example"},
        },
        update={"description": "the shop", "tags": {"kind": "changed"}},
        values=lambda _: {
            "corsConfiguration": {"allowOrigins": ["https://www.shop.example"], "maxAge": 30}
        },
        optional=lambda _: {"description": "x", "disableExecuteApiEndpoint": True, "version": "1"},
        bad={"protocolType": "SOAP", "description": 7 * ["x"], "routeKey": "GET /"},
    ),
    Example(
        type=API,
        variant="quick create",
        inputs=lambda stage: {
            "protocolType": "HTTP",
            "target": stage.make("aws:lambda/function:Function")["arn"],
        },
        values=lambda _: {
            "target": "http://127.0.0.1:1/orders",
            "routeKey": "GET /orders",
            "credentialsArn": "arn:aws:iam::000000000000:role/any",
        },
    ),
    Example(
        type=STAGE,
        inputs=lambda stage: {
            **api(stage),
            "autoDeploy": True,
            "defaultRouteSettings": {"throttlingBurstLimit": 10, "throttlingRateLimit": 5},
            "tags": {"kind": "example"},
        },
        update={"description": "live", "tags": {"kind": "changed"}},
        values=lambda _: {
            "accessLogSettings": {"destinationArn": LOG_GROUP, "format": "$context.requestId"},
            "autoDeploy": False,
            "defaultRouteSettings": {"throttlingBurstLimit": 20, "throttlingRateLimit": 5},
            "routeSettings": [{"routeKey": "GET /orders", "throttlingBurstLimit": 1}],
            "stageVariables": {"colour": "blue"},
        },
        bad={"name": "no spaces", "autoDeploy": "perhaps"},
        import_id="{apiId}/{id}",
    ),
    Example(
        type="aws:apigatewayv2/route:Route",
        inputs=lambda stage: {**api(stage), "routeKey": "GET /orders/{id}"},
        update={"routeKey": "GET /orders/{order}", "operationName": "read"},
        optional=lambda _: {
            "authorizationScopes": ["read"],
            "authorizationType": "JWT",
            "authorizerId": "tokens",
            "operationName": "read",
            "target": "integrations/one",
        },
        values=lambda _: {
            "requestModels": {"application/json": "order"},
            "requestParameters": [
                {"requestParameterKey": "route.request.header.tenant", "required": True}
            ],
        },
        together=("authorizationType authorizerId authorizationScopes",),
        bad={"routeKey": "orders", "authorizationType": "GUESS"},
        import_id="{apiId}/{id}",
    ),
    Example(
        type="aws:apigatewayv2/integration:Integration",
        inputs=lambda stage: {
            **api(stage),
            "integrationType": "AWS_PROXY",
            "integrationUri": stage.make("aws:lambda/function:Function")["invokeArn"],
            "payloadFormatVersion": "2.0",
            "timeoutMilliseconds": 5000,
        },
        update={"timeoutMilliseconds": 9000, "description": "orders"},
        outputs={"timeoutMilliseconds": 5000},
        optional=lambda _: {
            "credentialsArn": "arn:aws:iam::000000000000:role/any",
            "description": "x",
            "requestParameters": {"append:header.a": "b"},
            "responseParameters": [
                {"statusCode": "404", "mappings": {"overwrite:statuscode": "200"}}
            ],
        },
        values=lambda _: {
            "requestTemplates": {"application/json": "{}"},
            "tlsConfig": {"serverNameToVerify": "shop.example"},
        },
        kept="integrationUri",
        bad={"timeoutMilliseconds": 60_000, "integrationType": "GUESS"},
        import_id="{apiId}/{id}",
    ),
    Example(
        type="aws:apigatewayv2/authorizer:Authorizer",
        inputs=lambda stage: {
            **api(stage),
            "authorizerType": "JWT",
            "identitySources": ["$request.header.Authorization"],
            "jwtConfiguration": {"audiences": ["shop"], "issuer": "https://issuer.example"},
        },
        update={"jwtConfiguration": {"audiences": ["all"], "issuer": "https://issuer.example"}},
        kept="identitySources jwtConfiguration",
        bad={"authorizerType": "GUESS", "authorizerResultTtlInSeconds": 7200},
        import_id="{apiId}/{id}",
    ),
    Example(
        type=DOMAIN,
        inputs=lambda stage: {
            "domainName": f"api-{stage.number()}.shop.example",
            "domainNameConfiguration": {
                "certificateArn": CERTIFICATE,
                "endpointType": "REGIONAL",
                "securityPolicy": "TLS_1_2",
            },
        },
        values=lambda _: {
            "domainNameConfiguration": {
                "certificateArn": f"{CERTIFICATE}-2",
                "endpointType": "REGIONAL",
                "securityPolicy": "TLS_1_2",
            }
        },
        bad={"domainName": "NO SPACES"},
    ),
    Example(
        type="aws:apigatewayv2/apiMapping:ApiMapping",
        inputs=lambda stage: {
            **api(stage),
            "domainName": stage.make(DOMAIN)["id"],
            "stage": stage.make(STAGE)["id"],
        },
        values=lambda stage: {**another_api(stage), "apiMappingKey": "v1"},
        together=("apiId stage",),
        bad={"apiMappingKey": ["x"]},
        import_id="{id}/{domainName}",
    ),
)
