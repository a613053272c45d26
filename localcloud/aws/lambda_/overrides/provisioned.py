"""Provisioned concurrency of versions and aliases; the workers start its environments."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import lambda_backends
from moto.awslambda.responses import LambdaResponse

from localcloud.account import ACCOUNT, REGION

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

STATE = "bulkhead_provisioned"
"""Attribute of a function: qualifier -> number and time."""


class NotFoundError(LambdaClientError):
    """Raised when a version or alias has no provisioned concurrency."""

    code = 404

    def __init__(self) -> None:
        """Answer as AWS does."""
        super().__init__(
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
        )


class InvalidError(LambdaClientError):
    """Raised for a qualifier that cannot have provisioned concurrency."""

    def __init__(self) -> None:
        """Answer as AWS does."""
        super().__init__(
            "InvalidParameterValueException",
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        )


def install() -> None:
    """Add the operations."""
    responses: Any = LambdaResponse
    responses.put_provisioned_concurrency_config = _put
    responses.get_provisioned_concurrency_config = _get
    responses.delete_provisioned_concurrency_config = _delete
    responses.list_provisioned_concurrency_configs = _list
    path = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)"
    urls.url_paths[f"{path}/provisioned-concurrency/?$"] = LambdaResponse.dispatch


def read_provisioned(_endpoints: ControlEndpoints) -> list[dict[str, Any]]:
    """Return every configuration, for the workers."""
    return [
        {
            "Function": function.function_name if region == REGION else function.function_arn,
            "Qualifier": qualifier,
            "Count": kept["count"],
        }
        for region, backend in lambda_backends[ACCOUNT].items()
        for function in backend.list_functions()
        for qualifier, kept in function.__dict__.get(STATE, {}).items()
    ]


def _found(self: Any) -> tuple[Any, str]:
    """Return the function and the qualifier of the request, which must exist."""
    name = unquote(self.path.rstrip("/").split("/")[-2])
    qualifier = (self.querystring.get("Qualifier") or [""])[0]
    function = self.backend.get_function(name)
    if qualifier == "$LATEST":
        raise InvalidError
    if qualifier:
        self.backend.get_function(name, qualifier)
    return function, qualifier


def _put(self: Any) -> Any:
    function, qualifier = _found(self)
    count = self.json_body["ProvisionedConcurrentExecutions"]
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}+0000"
    kept = function.__dict__.setdefault(STATE, {})[qualifier] = {"count": count, "at": now}
    return 202, {"status": 202}, json.dumps(_answer(kept))


def _get(self: Any) -> Any:
    if self.querystring.get("List"):
        return _list(self)
    function, qualifier = _found(self)
    if qualifier not in function.__dict__.get(STATE, {}):
        raise NotFoundError
    return 200, {}, json.dumps(_answer(function.__dict__[STATE][qualifier]))


def _delete(self: Any) -> Any:
    function, qualifier = _found(self)
    function.__dict__.get(STATE, {}).pop(qualifier, None)
    return 204, {"status": 204}, ""


def _list(self: Any) -> Any:
    function, _ = _found(self)
    found = [
        {"FunctionArn": f"{function.function_arn}:{qualifier}", **_answer(kept)}
        for qualifier, kept in function.__dict__.get(STATE, {}).items()
    ]
    return 200, {}, json.dumps({"ProvisionedConcurrencyConfigs": found})


def _answer(kept: dict[str, Any]) -> dict[str, Any]:
    count = kept["count"]
    return {
        "RequestedProvisionedConcurrentExecutions": count,
        "AvailableProvisionedConcurrentExecutions": count,
        "AllocatedProvisionedConcurrentExecutions": count,
        "Status": "READY",
        "LastModified": kept["at"],
    }
