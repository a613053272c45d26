"""UpdateRoute sets empty values too, which moto ignores; an API keeps its IP address type."""

from __future__ import annotations

import json
from typing import Any

from moto.apigatewayv2.models import Api, Route
from moto.apigatewayv2.responses import ApiGatewayV2Response

_create = ApiGatewayV2Response.create_api
_update_api = ApiGatewayV2Response.update_api
_json = Api.to_json


def install() -> None:
    """Replace the operations."""
    Route.update = _update  # type: ignore[method-assign]
    Api.to_json = _answered  # type: ignore[method-assign]
    ApiGatewayV2Response.create_api = _keeping(_create)  # type: ignore[method-assign]
    ApiGatewayV2Response.update_api = _keeping(_update_api)  # type: ignore[method-assign]


def _update(self: Any, **wanted: Any) -> None:
    for name, value in wanted.items():
        if value is not None:
            setattr(self, name, value)


def _keeping(operation: Any) -> Any:
    def call(self: Any) -> Any:
        status, headers, body = operation(self)
        api = self.apigatewayv2_backend.get_api(json.loads(body)["apiId"])
        if kind := json.loads(self.body).get("ipAddressType"):
            api.ip_address_type = kind
        return status, headers, json.dumps(api.to_json())

    return call


def _answered(self: Any) -> dict[str, Any]:
    return {**_json(self), "ipAddressType": getattr(self, "ip_address_type", "ipv4")}
