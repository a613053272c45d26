"""What the rules on HTTP APIs accept and refuse."""

from policy.rules.edge.apigatewayv2 import apigatewayv2_cors_not_open, apigatewayv2_route_authorized
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
