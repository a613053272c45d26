"""Tests of policy.rules.apigateway.endpoints."""

import json

import pytest

from policy.rules.apigateway.endpoints import (
    apigateway_default_endpoint_off,
    apigateway_domain_tls,
    apigateway_integration_https,
    apigateway_stage_has_web_acl,
    apigateway_throttled,
)
from policy.testing import check, check_stack, resource, stack, unknown


def api(**changes):
    props = {"id": "api-1", "name": "shop-api"} | changes
    return resource("aws:apigateway/restApi:RestApi", "shop-api", props)


def stage(**changes):
    props = {"restApi": "api-1", "deployment": "deployment-1", "stageName": "v1"}
    return resource("aws:apigateway/stage:Stage", "shop", props | {"arn": "arn:stage"} | changes)


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
