"""Tests of policy.rules.apigateway.endpoints."""

import json

from policy.rules.apigateway import endpoints as rules
from policy.testing import check, check_stack, resource, stack, unknown
from tests.policy.rules.samples.rest_apis import api, stage


def test_apigateway_stage_has_web_acl():
    association = resource(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "waf",
        {"resourceArn": "arn:stage", "webAclArn": "arn:acl"},
    )
    private = {"endpointConfiguration": {"types": "PRIVATE"}}
    check_stack(
        rules.apigateway_stage_has_web_acl,
        kept=[
            stack(stage(), api(), association),
            stack(stage(), api(**private)),
            stack(stage(), api(endpointConfiguration=unknown)),
        ],
        broken=[stack(stage(), api()), stack(stage())],
    )


def test_integrations_in_the_body_of_an_api_must_be_https_too():
    def body(uri):
        one = {"get": {"x-amazon-apigateway-integration": {"type": "http_proxy", "uri": uri}}}
        return {"openapi": "3.0.1", "paths": {"/orders": one}}

    in_yaml = "paths: {/: {get: {x-amazon-apigateway-integration: {uri: 'http://x'}}}}"
    check(
        rules.apigateway_integration_https,
        "aws:apigateway/restApi:RestApi",
        {"name": "shop", "body": json.dumps(body("https://orders.internal"))},
        kept=[{"body": "{: no document"}, {"body": None}],
        broken=[{"body": json.dumps(body("http://orders.internal"))}, {"body": in_yaml}],
        unknown_at=["body"],
    )


def test_apigateway_default_endpoint_off():
    mapping = resource(
        "aws:apigateway/basePathMapping:BasePathMapping",
        "mapping",
        {"restApi": "api-1", "domainName": "api.example.com"},
    )
    check_stack(
        rules.apigateway_default_endpoint_off,
        kept=[
            stack(api()),
            stack(api(disableExecuteApiEndpoint=True), mapping),
            stack(api(disableExecuteApiEndpoint=unknown), mapping),
        ],
        broken=[stack(api(), mapping)],
    )
