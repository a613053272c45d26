"""Quick create: an API with a target has an integration, a route and a stage from the start."""

from __future__ import annotations

import functools
import json
from typing import Any

from moto.apigatewayv2.exceptions import APIGatewayV2Error, BadRequestException
from moto.apigatewayv2.models import Api, Integration, Route, Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response

CATCH_ALL = "$default"
MANAGED = "bulkhead_managed"
"""Set on what quick create has made."""


class StageExistsError(APIGatewayV2Error):
    """Raised when an API has a stage of that name."""

    code = 409

    def __init__(self) -> None:
        """Answer as AWS does."""
        super().__init__("ConflictException", "Stage already exists")


def install() -> None:
    """Replace the operations, and what is answered about the parts of an API."""
    responses: Any = ApiGatewayV2Response
    responses.create_api = _then(responses.create_api, _create)
    responses.update_api = _then(responses.update_api, _update)
    api: Any = Api
    api.create_stage = _once(api.create_stage)
    for kind in (Integration, Route, Stage):
        kind.to_json = _marked(kind.to_json)  # type: ignore[method-assign]


def _then(operation: Any, action: Any) -> Any:
    """Return *operation*, followed by *action* on the API that it answers."""

    @functools.wraps(operation)
    def call(self: Any) -> Any:
        wanted = json.loads(self.body)
        _check(wanted)
        answer = operation(self)
        action(self.apigatewayv2_backend.get_api(json.loads(answer[2])["apiId"]), wanted)
        return answer

    return call


def _check(wanted: dict[str, Any]) -> None:
    """Refuse a new API whose members do not fit together."""
    if "protocolType" not in wanted:
        return
    if wanted.get("target") and wanted["protocolType"] != "HTTP":
        raise BadRequestException("Quick create is supported only for HTTP APIs")
    if not wanted.get("target") and (wanted.get("routeKey") or wanted.get("credentialsArn")):
        raise BadRequestException("A target is required with a route key or credentials")


def _create(api: Any, wanted: dict[str, Any]) -> None:
    target = wanted.get("target")
    if not target:
        return
    integration = api.create_integration(
        connection_type="INTERNET",
        description="",
        timeout_in_millis="30000",
        credentials_arn=wanted.get("credentialsArn"),
        **_kind(target),
    )
    route = api.create_route(
        api_key_required=False,
        authorization_scopes=[],
        authorization_type="NONE",
        route_key=wanted.get("routeKey") or CATCH_ALL,
        target=f"integrations/{integration.id}",
    )
    stage = api.create_stage({"stageName": CATCH_ALL, "autoDeploy": True})
    for part in (integration, route, stage):
        setattr(part, MANAGED, True)


def _kind(target: str) -> dict[str, str]:
    """Return the members of an integration that follow from its target."""
    if target.startswith(("http://", "https://")):
        kind = {"integration_type": "HTTP_PROXY", "integration_method": "ANY"}
        return {**kind, "payload_format_version": "1.0", "integration_uri": target}
    kind = {"integration_type": "AWS_PROXY", "integration_method": "POST"}
    return {**kind, "payload_format_version": "2.0", "integration_uri": target}


def _update(api: Any, wanted: dict[str, Any]) -> None:
    given = {key: wanted[key] for key in ("target", "routeKey", "credentialsArn") if key in wanted}
    if not given:
        return
    integration, route = _made(api.integrations), _made(api.routes)
    if integration is None or route is None:
        raise BadRequestException(f"{', '.join(given)}: the API was not made by quick create")
    if given.get("target") == "":
        raise BadRequestException("The target of an API made by quick create cannot be removed")
    if "target" in given:
        for name, value in _kind(given["target"]).items():
            setattr(integration, name, value)
    if "credentialsArn" in given:
        integration.credentials_arn = given["credentialsArn"] or None
    if "routeKey" in given:
        route.route_key = given["routeKey"] or CATCH_ALL


def _made(parts: dict[str, Any]) -> Any:
    return next((part for part in parts.values() if getattr(part, MANAGED, False)), None)


def _once(create_stage: Any) -> Any:
    def call(self: Any, config: dict[str, Any]) -> Any:
        if config["stageName"] in self.stages:
            raise StageExistsError
        return create_stage(self, config)

    return call


def _marked(to_json: Any) -> Any:
    def call(self: Any) -> dict[str, Any]:
        managed = {"apiGatewayManaged": True} if getattr(self, MANAGED, False) else {}
        return {**to_json(self), **managed}

    return call
