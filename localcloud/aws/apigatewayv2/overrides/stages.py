"""Operations on stages, domain names and mappings that moto does not have."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2 import urls
from moto.apigatewayv2.models import ApiGatewayV2Backend, DomainName, Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.utils import camelcase_to_underscores

_tags = ApiGatewayV2Backend.get_tags
_tag = ApiGatewayV2Backend.tag_resource
_untag = ApiGatewayV2Backend.untag_resource
_stage_json = Stage.to_json
_domain_json = DomainName.to_json


def install() -> None:
    """Add the operations."""
    responses: Any = ApiGatewayV2Response
    responses.update_stage = _update_stage
    responses.delete_access_log_settings = _delete_access_logs
    responses.delete_route_settings = _delete_route_settings
    responses.update_api_mapping = _update_mapping
    responses.update_domain_name = _update_domain
    backend: Any = ApiGatewayV2Backend
    backend.get_tags = _get_tags
    backend.tag_resource = _tag_resource
    backend.untag_resource = _untag_resource
    stage = "{0}/v2/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)"
    for path in (
        f"{stage}/accesslogsettings$",
        f"{stage}/routesettings/(?P<route_key>.+)$",
        "{0}/v2/tags/(?P<resource_arn>.+)$",
    ):
        urls.url_paths[path] = ApiGatewayV2Response.dispatch
    Stage.to_json = _stage  # type: ignore[method-assign]
    DomainName.to_json = _domain  # type: ignore[method-assign]


def _update_stage(self: Any) -> Any:
    *_, api, _, name = self.path.split("/")
    stage = self.apigatewayv2_backend.get_stage(api, unquote(name))
    wanted = json.loads(self.body)
    if "stageVariables" in wanted:  # an empty value removes a variable
        merged = {**stage.stage_variables, **wanted["stageVariables"]}
        wanted["stageVariables"] = {key: value for key, value in merged.items() if value}
    if "routeSettings" in wanted:
        wanted["routeSettings"] = {**stage.route_settings, **wanted["routeSettings"]}
    _set(stage, wanted)
    stage.updated = datetime.now()  # noqa: DTZ005 - moto's form
    return 200, {}, json.dumps(stage.to_json())


def _update_domain(self: Any) -> Any:
    domain = self.apigatewayv2_backend.get_domain_name(self.path.split("/")[-1])
    _set(domain, json.loads(self.body))
    return 200, {}, json.dumps(domain.to_json())


def _delete_access_logs(self: Any) -> Any:
    *_, api, _, name, _ = self.path.split("/")
    self.apigatewayv2_backend.get_stage(api, unquote(name)).access_log_settings = None
    return 204, {}, ""


def _delete_route_settings(self: Any) -> Any:
    place, _, key = self.path.partition("/routesettings/")
    *_, api, _, name = place.split("/")
    self.apigatewayv2_backend.get_stage(api, unquote(name)).route_settings.pop(unquote(key), None)
    return 204, {}, ""


def _update_mapping(self: Any) -> Any:
    *_, domain, _, name = self.path.split("/")
    mapping = self.apigatewayv2_backend.get_api_mapping(name, domain)
    _set(mapping, json.loads(self.body))
    return 200, {}, json.dumps(mapping.to_json())


def _set(found: Any, wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        setattr(found, camelcase_to_underscores(name), value)


def _stage(self: Any) -> dict[str, Any]:
    deployment = getattr(self, "deployment_id", None) or self.config.get("deploymentId")
    return {**_stage_json(self), **({"deploymentId": deployment} if deployment else {})}


def _domain(self: Any) -> dict[str, Any]:
    return {**_domain_json(self), "routingMode": getattr(self, "routing_mode", "API_MAPPING_ONLY")}


def _tagged(backend: Any, arn: str) -> Any:
    """Return the stage or domain with this ARN, which keeps its own tags; None for others."""
    match arn.split(":", 5)[-1].strip("/").split("/"):
        case ["domainnames", name]:
            return backend.get_domain_name(name)
        case ["apis", api, "stages", name]:
            return backend.get_stage(api, name)
        case _:
            return None


def _get_tags(self: Any, resource_id: str) -> dict[str, str]:
    found = _tagged(self, resource_id)
    return _tags(self, resource_id) if found is None else found.tags


def _tag_resource(self: Any, resource_arn: str, tags: dict[str, str]) -> None:
    found = _tagged(self, resource_arn)
    if found is None:
        _tag(self, resource_arn, tags)
    else:
        found.tags = {**found.tags, **tags}


def _untag_resource(self: Any, resource_arn: str, tag_keys: list[str]) -> None:
    found = _tagged(self, resource_arn)
    if found is None:
        _untag(self, resource_arn, tag_keys)
    else:
        found.tags = {key: value for key, value in found.tags.items() if key not in tag_keys}
