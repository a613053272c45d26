"""Adds X-Ray's groups, rules and settings to moto, which has segments alone."""

from __future__ import annotations

import importlib
import json
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any

from localcloud.aws.xray import groups, rules
from localcloud.aws.xray.declared import (
    DESTINATIONS,
    InvalidRequestError,
    MissingError,
    settings_of,
    tags_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Operation = Callable[[Any, Mapping[str, Any]], dict[str, Any]]
    """Answers an operation: the backend, and the members of the request."""

PATHS = {"Groups": "GetGroups", "SamplingTargets": "GetSamplingTargets"}
"""Paths that are not named like their operation."""
MOCK_CLIENT = "moto.xray.mock_client"
MAX_PERCENT = 100


def install() -> None:
    """Add the operations; without the X-Ray SDK, which moto imports for programs that it mocks."""
    if MOCK_CLIENT not in sys.modules:
        empty: Any = ModuleType(MOCK_CLIENT)
        empty.MockXrayClient, empty.XRaySegment = object, object
        sys.modules[MOCK_CLIENT] = empty
    responses: Any = importlib.import_module("moto.xray.responses").XRayResponse
    urls: Any = importlib.import_module("moto.xray.urls")
    get_action = responses._get_action  # noqa: SLF001 - moto's own name

    def action(self: Any) -> str:
        found: str = get_action(self)
        return PATHS.get(found, found)

    responses._get_action = action  # noqa: SLF001
    for name, operation in OPERATIONS.items():
        path = next((path for path, other in PATHS.items() if other == name), name)
        urls.url_paths[f"{{0}}/{path}$"] = responses.dispatch
        setattr(responses, _snake(name), _method(operation))


def _snake(name: str) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")


def _method(operation: Operation) -> Callable[[Any], Any]:
    def answer(self: Any) -> Any:
        try:
            return json.dumps(operation(self.xray_backend, self.request_params))
        except InvalidRequestError as error:
            code = "InvalidRequestException"
            if isinstance(error, MissingError):
                code = "ResourceNotFoundException"
            return json.dumps({"__type": code, "message": str(error)}), {"status": 400}

    return answer


def _get_destination(backend: Any, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"Destination": settings_of(backend)["destination"], "Status": "ACTIVE"}


def _update_destination(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = given.get("Destination")
    if wanted not in DESTINATIONS:
        raise InvalidRequestError(f"Destination must be one of {', '.join(DESTINATIONS)}")
    if given.get("CloudWatchLogsConfiguration"):
        raise InvalidRequestError("CloudWatchLogsConfiguration is not supported: leave it out")
    settings_of(backend)["destination"] = wanted
    return _get_destination(backend, given)


def _indexing_rules(backend: Any, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"IndexingRules": [_indexing_rule(backend)]}


def _indexing_rule(backend: Any) -> dict[str, Any]:
    percent = settings_of(backend)["index_percent"]
    share = {"DesiredSamplingPercentage": percent, "ActualSamplingPercentage": percent}
    changed = settings_of(backend)["indexing_changed"]
    return {"Name": "Default", "ModifiedAt": changed, "Rule": {"Probabilistic": share}}


def _update_indexing(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("Name") != "Default":
        raise MissingError("the only indexing rule is named Default")
    share = (given.get("Rule") or {}).get("Probabilistic") or {}
    percent = share.get("DesiredSamplingPercentage")
    if not isinstance(percent, int | float) or not 0 <= percent <= MAX_PERCENT:
        raise InvalidRequestError("DesiredSamplingPercentage must be a number from 0 to 100")
    settings_of(backend).update(index_percent=float(percent), indexing_changed=time.time())
    return {"IndexingRule": _indexing_rule(backend)}


def _tags(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    found = tags_of(backend, given["ResourceARN"])
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(found.items())]}


def _tag(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    tags_of(backend, given["ResourceARN"]).update(
        {one["Key"]: one["Value"] for one in given["Tags"]}
    )
    return {}


def _untag(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    found = tags_of(backend, given["ResourceARN"])
    for key in given["TagKeys"]:
        found.pop(key, None)
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "GetTraceSegmentDestination": _get_destination,
    "UpdateTraceSegmentDestination": _update_destination,
    "GetIndexingRules": _indexing_rules,
    "UpdateIndexingRule": _update_indexing,
    "ListTagsForResource": _tags,
    "TagResource": _tag,
    "UntagResource": _untag,
    **groups.OPERATIONS,
    **rules.OPERATIONS,
}
