"""What the rules on REST APIs accept and refuse."""

import json

import pytest

from policy.rules.edge.apigateway import (
    apigateway_cache_encrypted,
    apigateway_client_certificate,
    apigateway_endpoint_type_stated,
    apigateway_method_authorized,
    apigateway_requests_validated,
    usage_plan_has_quota_and_throttle,
)
from policy.rules.edge.apigateway_front import (
    api_cache_on_get,
    apigateway_default_endpoint_off,
    apigateway_domain_tls,
    apigateway_integration_https,
    apigateway_stage_has_web_acl,
    apigateway_throttled,
)
from policy.testing import check, check_stack, resource, stack, unknown

METHOD = {
    "restApi": "api-1",
    "resourceId": "r1",
    "httpMethod": "GET",
    "authorization": "AWS_IAM",
    "requestValidatorId": "validator-1",
}


def method(**changes):
    return resource("aws:apigateway/method:Method", "shop", METHOD | changes)


def api(**changes):
    props = {"id": "api-1", "name": "shop-api"} | changes
    return resource("aws:apigateway/restApi:RestApi", "shop-api", props)


def stage(**changes):
    props = {"restApi": "api-1", "deployment": "deployment-1", "stageName": "v1"}
    return resource("aws:apigateway/stage:Stage", "shop", props | {"arn": "arn:stage"} | changes)


def test_apigateway_method_authorized():
    check(
        apigateway_method_authorized,
        "aws:apigateway/method:Method",
        METHOD,
        kept=[
            {"authorization": "NONE", "httpMethod": "OPTIONS"},
            {"authorization": "NONE", "apiKeyRequired": True},
            {"authorization": "NONE", "apiKeyRequired": unknown},
        ],
        broken=[{"authorization": "NONE"}, {"authorization": None}],
        unknown_at=["authorization"],
    )


def test_a_rest_api_asks_who_calls_the_methods_of_its_definition():
    def body(of_all=(), **operation):
        paths = {"/orders": {"get": operation}}
        return {"body": json.dumps({"swagger": "2.0", "security": of_all, "paths": paths})}

    check(
        apigateway_method_authorized,
        "aws:apigateway/restApi:RestApi",
        {"name": "shop"},
        kept=[body(security=[{"tokens": []}])],
        broken=[body(), body(of_all=[{"tokens": []}])],
        unknown_at=["body"],
    )


def test_apigateway_cache_encrypted():
    cached = {"cachingEnabled": True, "cacheDataEncrypted": True}
    check(
        apigateway_cache_encrypted,
        "aws:apigateway/methodSettings:MethodSettings",
        {"restApi": "a", "stageName": "v1", "methodPath": "*/*", "settings": cached},
        kept=[{"settings": {"metricsEnabled": True}}, {"settings": {"cachingEnabled": unknown}}],
        broken=[
            {"settings": {"cachingEnabled": True}},
            {"settings": cached | {"cacheDataEncrypted": False}},
        ],
        unknown_at=["settings"],
    )


def test_apigateway_requests_validated():
    def validator(**changes):
        props = {"id": "validator-1", "restApi": "api-1"} | changes
        return resource("aws:apigateway/requestValidator:RequestValidator", "validator", props)

    check_stack(
        apigateway_requests_validated,
        kept=[
            stack(method(), validator(validateRequestBody=True)),
            stack(method(), validator(validateRequestParameters=unknown)),
            stack(method(requestValidatorId=unknown)),
            stack(method(httpMethod="OPTIONS", requestValidatorId=None)),
        ],
        broken=[stack(method(requestValidatorId=None)), stack(method(), validator())],
    )


def test_usage_plan_has_quota_and_throttle():
    check(
        usage_plan_has_quota_and_throttle,
        "aws:apigateway/usagePlan:UsagePlan",
        {
            "name": "partners",
            "quotaSettings": {"limit": 10000, "period": "DAY"},
            "throttleSettings": {"rateLimit": 10, "burstLimit": 20},
        },
        kept=[{"quotaSettings": {"limit": unknown}}],
        broken=[
            {"quotaSettings": None},
            {"throttleSettings": {"rateLimit": 10}},
            {"throttleSettings": {"rateLimit": 0, "burstLimit": 20}},
        ],
        unknown_at=["quotaSettings", "throttleSettings"],
    )


def test_apigateway_endpoint_type_stated():
    check(
        apigateway_endpoint_type_stated,
        "aws:apigateway/restApi:RestApi",
        {"name": "shop", "endpointConfiguration": {"types": "REGIONAL"}},
        kept=[{"endpointConfiguration": {"types": ["PRIVATE"]}}],
        broken=[{"endpointConfiguration": None}, {"endpointConfiguration": {"types": "EDGE"}}],
        unknown_at=["endpointConfiguration"],
    )


def test_apigateway_client_certificate():
    def integration(kind):
        props = {"restApi": "api-1", "resourceId": "r1", "httpMethod": "GET", "type": kind}
        return resource("aws:apigateway/integration:Integration", "integration", props)

    check_stack(
        apigateway_client_certificate,
        kept=[
            stack(stage(clientCertificateId="c1"), api(), integration("HTTP")),
            stack(stage(clientCertificateId=unknown), api()),
            stack(stage(), api(), integration("AWS_PROXY")),
            stack(stage(), api(), integration(unknown)),
        ],
        broken=[stack(stage(), api(), integration("HTTP_PROXY")), stack(stage(), api())],
    )


def test_apigateway_stage_has_web_acl():
    association = resource(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "waf",
        {"resourceArn": "arn:stage", "webAclArn": "arn:acl"},
    )
    private = {"endpointConfiguration": {"types": "PRIVATE"}}
    check_stack(
        apigateway_stage_has_web_acl,
        kept=[
            stack(stage(), api(), association),
            stack(stage(), api(**private)),
            stack(stage(), api(endpointConfiguration=unknown)),
        ],
        broken=[stack(stage(), api()), stack(stage())],
    )


def test_apigateway_domain_tls():
    check(
        apigateway_domain_tls,
        "aws:apigateway/domainName:DomainName",
        {"domainName": "api.example.com", "securityPolicy": "TLS_1_2"},
        kept=[{"securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}],
        broken=[{"securityPolicy": None}, {"securityPolicy": "TLS_1_0"}],
        unknown_at=["securityPolicy"],
    )


def test_domains_of_http_apis_keep_their_certificate_when_remedied():
    config = {"certificateArn": "arn:c", "endpointType": "REGIONAL", "securityPolicy": "TLS_1_2"}
    old = {key: value for key, value in config.items() if key != "securityPolicy"}
    typ = "aws:apigatewayv2/domainName:DomainName"
    whole = {"domainName": "api.example.com", "domainNameConfiguration": config}
    broken = {"domainNameConfiguration": old}
    check(
        apigateway_domain_tls,
        typ,
        whole,
        broken=[broken],
        unknown_at=["domainNameConfiguration"],
    )

    remedied = apigateway_domain_tls.remediate(resource(typ, "shop", whole | broken))
    assert remedied == {"domainNameConfiguration": config}


@pytest.mark.parametrize(
    ("typ", "whole", "path"),
    [
        (
            "aws:apigateway/integration:Integration",
            {"restApi": "api-1", "resourceId": "r1", "httpMethod": "GET", "type": "HTTP_PROXY"},
            "uri",
        ),
        (
            "aws:apigatewayv2/integration:Integration",
            {"apiId": "api-1", "integrationType": "HTTP_PROXY"},
            "integrationUri",
        ),
    ],
)
def test_apigateway_integration_https(typ, whole, path):
    check(
        apigateway_integration_https,
        typ,
        whole | {"connectionType": "VPC_LINK", path: "https://orders.internal/{proxy}"},
        kept=[{path: None}, {path: "arn:aws:lambda:eu-west-1:1:function:orders"}],
        broken=[{path: "http://orders.internal"}, {path: "HTTP://orders.internal"}],
        unknown_at=[path],
    )


def test_integrations_in_the_body_of_an_api_must_be_https_too():
    def body(uri):
        one = {"get": {"x-amazon-apigateway-integration": {"type": "http_proxy", "uri": uri}}}
        return {"openapi": "3.0.1", "paths": {"/orders": one}}

    in_yaml = "paths: {/: {get: {x-amazon-apigateway-integration: {uri: 'http://x'}}}}"
    check(
        apigateway_integration_https,
        "aws:apigateway/restApi:RestApi",
        {"name": "shop", "body": json.dumps(body("https://orders.internal"))},
        kept=[{"body": "{: no document"}, {"body": None}],
        broken=[{"body": json.dumps(body("http://orders.internal"))}, {"body": in_yaml}],
        unknown_at=["body"],
    )


def test_apigateway_throttled():
    limits = {"throttlingRateLimit": 100, "throttlingBurstLimit": 200}
    check(
        apigateway_throttled,
        "aws:apigatewayv2/stage:Stage",
        {"apiId": "a1", "name": "$default", "defaultRouteSettings": limits},
        broken=[
            {"defaultRouteSettings": None},
            {"defaultRouteSettings": limits | {"throttlingRateLimit": -1}},
        ],
        unknown_at=["defaultRouteSettings"],
    )
    check(
        apigateway_throttled,
        "aws:apigateway/methodSettings:MethodSettings",
        {"restApi": "a1", "stageName": "v1", "methodPath": "*/*", "settings": limits},
        kept=[{"methodPath": "orders/GET", "settings": {}}],
        broken=[{"settings": {"metricsEnabled": True}}],
        unknown_at=["settings", "methodPath"],
    )


def test_apigateway_default_endpoint_off():
    mapping = resource(
        "aws:apigateway/basePathMapping:BasePathMapping",
        "mapping",
        {"restApi": "api-1", "domainName": "api.example.com"},
    )
    check_stack(
        apigateway_default_endpoint_off,
        kept=[
            stack(api()),
            stack(api(disableExecuteApiEndpoint=True), mapping),
            stack(api(disableExecuteApiEndpoint=unknown), mapping),
        ],
        broken=[stack(api(), mapping)],
    )


def test_api_cache_on_get():
    def settings(**changes):
        props = {"restApi": "api-1", "stageName": "v1", "methodPath": "*/*"}
        props["settings"] = {"cachingEnabled": True}
        typ = "aws:apigateway/methodSettings:MethodSettings"
        return resource(typ, "settings", props | changes)

    cached = stage(cacheClusterEnabled=True)
    body = json.dumps({"paths": {"/orders": {"get": {}}}})
    site = resource(
        "aws:cloudfront/distribution:Distribution",
        "site",
        {"origins": [{"domainName": unknown, "originId": "api"}]},
    )
    check_stack(
        api_cache_on_get,
        kept=[
            stack(cached, api(), method(), settings()),
            stack(cached, api(), method(), settings(methodPath="orders/GET")),
            stack(stage(), api(), method(httpMethod="POST")),
            stack(stage(cacheClusterEnabled=unknown), api(), method(), settings()),
            stack(stage(), api(body=unknown)),
            stack(
                front := stage(),
                api(),
                resource("aws:apigateway/method:Method", "get", METHOD),
                site,
                property_dependencies={"site": {"origins": [front]}},
            ),
        ],
        broken=[
            stack(stage(), api(), method()),
            stack(stage(), api(body=body)),
            stack(cached, api(), method()),
            stack(cached, api(), method(), settings(stageName="v2")),
            stack(cached, api(), method(), settings(methodPath="orders/POST")),
        ],
    )
