"""Tests of policy.rules.apigateway.methods."""

import json

from policy.rules.apigateway.methods import (
    apigateway_cache_encrypted,
    apigateway_client_certificate,
    apigateway_endpoint_type_stated,
    apigateway_method_authorized,
    apigateway_requests_validated,
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
