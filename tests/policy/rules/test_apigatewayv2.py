"""Tests of policy.rules.apigatewayv2."""

import json

from policy.rules.apigatewayv2 import apigatewayv2_cors_not_open, apigatewayv2_route_authorized
from policy.testing import check, unknown

ROUTE = {
    "apiId": "a1b2c3",
    "routeKey": "PUT /catalog/{sku}",
    "target": "integrations/x1",
    "authorizationType": "JWT",
    "authorizerId": "z9",
}


def test_apigatewayv2_route_authorized():
    check(
        apigatewayv2_route_authorized,
        "aws:apigatewayv2/route:Route",
        ROUTE,
        kept=[
            {"authorizationType": "AWS_IAM"},
            {"routeKey": "OPTIONS /catalog", "authorizationType": None},
            {"routeKey": "sendmessage", "authorizationType": None},
        ],
        broken=[
            {"authorizationType": "NONE"},
            {"authorizationType": None},
            {"routeKey": "$default", "authorizationType": None},
            {"routeKey": "$connect", "authorizationType": "NONE"},
        ],
        unknown_at=["authorizationType", "routeKey"],
    )


def test_an_api_asks_who_calls_the_routes_that_it_makes_itself():
    def body(**operation):
        routes = {"/catalog": {"put": {"security": [{"jwt": []}]} | operation, "options": {}}}
        return {"body": json.dumps({"openapi": "3.0.1", "paths": routes})}

    check(
        apigatewayv2_route_authorized,
        "aws:apigatewayv2/api:Api",
        {"name": "shop", "protocolType": "HTTP"},
        kept=[body(), {"body": "no definition"}],
        broken=[{"target": "arn:aws:lambda:eu-west-1:1:function:shop"}, body(security=[])],
        unknown_at=["body"],
    )


def test_apigatewayv2_cors_not_open():
    def cors(**changes):
        allowed = {"allowOrigins": ["https://shop.example.com"], "allowCredentials": True}
        return {"corsConfiguration": allowed | changes}

    check(
        apigatewayv2_cors_not_open,
        "aws:apigatewayv2/api:Api",
        {"name": "shop", "protocolType": "HTTP"} | cors(),
        kept=[
            {"corsConfiguration": None},
            cors(allowOrigins=["*"], allowCredentials=False),
            cors(allowOrigins=[unknown]),
        ],
        broken=[cors(allowOrigins=["*"]), cors(allowOrigins=[unknown, "https://*"])],
        unknown_at=["corsConfiguration"],
    )
