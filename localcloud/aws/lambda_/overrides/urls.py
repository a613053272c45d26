"""Function URLs: of functions and of aliases, at addresses that the front door serves."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import lambda_backends
from moto.awslambda.responses import LambdaResponse

from localcloud.account import ACCOUNT, REGION
from localcloud.names import function_url_port_name
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.aws.endpoints import ControlEndpoints

STATE = "bulkhead_urls"
"""Attribute of a function: qualifier, '' for none, -> configuration."""

DEFAULTS = {"InvokeMode": "BUFFERED"}
SETTINGS = ("AuthType", "Cors", "InvokeMode")


class NotFoundError(LambdaClientError):
    """Raised when a function has no URL."""

    code = 404

    def __init__(self, message: str = "The resource you requested does not exist.") -> None:
        """Answer as AWS does."""
        super().__init__("ResourceNotFoundException", message)


class ExistsError(LambdaClientError):
    """Raised when a function has a URL already."""

    code = 409

    def __init__(self, arn: str) -> None:
        """Answer as AWS does."""
        super().__init__(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {arn}]. Error message:  "
            f"FunctionUrlConfig exists for this Lambda function",
        )


def install(endpoints: ControlEndpoints) -> None:
    """Replace the operations, and add the one that moto does not have."""
    responses: Any = LambdaResponse
    responses.create_function_url_config = _creating(endpoints)
    responses.get_function_url_config = _get
    responses.update_function_url_config = _update
    responses.delete_function_url_config = _delete
    responses.list_function_url_configs = _list
    path = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/urls/?$"
    urls.url_paths[path] = LambdaResponse.dispatch


def read_urls(_endpoints: ControlEndpoints) -> list[dict[str, Any]]:
    """Return every function URL, for the front door."""
    return [
        {**config, "Function": function.function_name, "Region": region, "Qualifier": qualifier}
        for region, backend in lambda_backends[ACCOUNT].items()
        for function in backend.list_functions()
        for qualifier, config in function.__dict__.get(STATE, {}).items()
    ]


def _found(self: Any) -> tuple[Any, str]:
    """Return the function and the qualifier of the request."""
    name = unquote(self.path.rstrip("/").split("/")[-2])
    qualifier = (self.querystring.get("Qualifier") or [""])[0]
    function = self.backend.get_function(name)
    if qualifier:
        self.backend.get_alias(qualifier, name)
    return function, qualifier


def _configuration(function: Any, qualifier: str) -> dict[str, Any]:
    try:
        return function.__dict__[STATE][qualifier]
    except KeyError:
        raise NotFoundError from None


def _creating(endpoints: ControlEndpoints) -> Callable[[Any], Any]:
    def create(self: Any) -> Any:
        function, qualifier = _found(self)
        configs = function.__dict__.setdefault(STATE, {})
        arn = f"{function.function_arn}:{qualifier}" if qualifier else function.function_arn
        if qualifier in configs:
            raise ExistsError(arn)
        name = function.function_name if function.region == REGION else function.function_arn
        port = claim(endpoints.layout, function_url_port_name(name, qualifier))
        now = _now()
        configs[qualifier] = {
            **DEFAULTS,
            **{key: value for key, value in self.json_body.items() if key in SETTINGS},
            "Id": uuid.uuid4().hex,
            "FunctionUrl": f"http://{HOST}:{port}/",
            "FunctionArn": arn,
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        return 201, {"status": 201}, _answer(configs[qualifier])

    return create


def _get(self: Any) -> Any:
    return 200, {}, _answer(_configuration(*_found(self)))


def _update(self: Any) -> Any:
    config = _configuration(*_found(self))
    config |= {key: value for key, value in self.json_body.items() if key in SETTINGS}
    config["LastModifiedTime"] = _now()
    return 200, {}, _answer(config)


def _delete(self: Any) -> Any:
    function, qualifier = _found(self)
    _configuration(function, qualifier)
    del function.__dict__[STATE][qualifier]
    return 204, {"status": 204}, ""


def _list(self: Any) -> Any:
    function, _ = _found(self)
    found = [_shown(config) for config in function.__dict__.get(STATE, {}).values()]
    return 200, {}, json.dumps({"FunctionUrlConfigs": found})


def _shown(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key != "Id" and value not in (None, {})}


def _answer(config: dict[str, Any]) -> str:
    return json.dumps(_shown(config))


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"
