"""X-Ray's groups: traces that a filter expression finds."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from localcloud.aws.xray.declared import InvalidRequestError, set_tags, settings_of
from localcloud.telemetry.traces.filters import FilterError, predicate

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = "Default"
"""The group of all traces, which every account has."""
NO_INSIGHTS = {"InsightsEnabled": False, "NotificationsEnabled": False}


def _create(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    name, groups = given["GroupName"], settings_of(backend)["groups"]
    if name == DEFAULT or name in groups:
        raise InvalidRequestError(f"the group {name} exists already")
    number = secrets.token_hex(16).upper()
    place = f"{backend.partition}:xray:{backend.region_name}:{backend.account_id}"
    group = {"GroupName": name, "GroupARN": f"arn:{place}:group/{name}/{number}"}
    groups[name] = _changed(group, given)
    set_tags(backend, group["GroupARN"], given)
    return {"Group": groups[name]}


def _update(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    group = _found(backend, given)
    changed = _changed(group, given)
    settings_of(backend)["groups"][group["GroupName"]] = changed
    return {"Group": changed}


def _changed(group: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    expression = given.get("FilterExpression", group.get("FilterExpression", ""))
    try:
        predicate(expression)
    except FilterError as error:
        raise InvalidRequestError(str(error)) from None
    if any((given.get("InsightsConfiguration") or {}).values()):
        raise InvalidRequestError("InsightsConfiguration is not supported: leave insights off")
    return {**group, "FilterExpression": expression, "InsightsConfiguration": NO_INSIGHTS}


def _found(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    for group in settings_of(backend)["groups"].values():
        if given.get("GroupARN") == group["GroupARN"]:
            return group
        if given.get("GroupName") == group["GroupName"]:
            return group
    name = given.get("GroupName") or given.get("GroupARN")
    raise InvalidRequestError(f"the group {name} does not exist: Group not found")


def _get(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"Group": _found(backend, given)}


def _all(backend: Any, _: Mapping[str, Any]) -> dict[str, Any]:
    place = f"{backend.partition}:xray:{backend.region_name}:{backend.account_id}"
    default = {"GroupName": DEFAULT, "GroupARN": f"arn:{place}:group/{DEFAULT}"}
    own = settings_of(backend)["groups"].values()
    return {"Groups": [{**default, "InsightsConfiguration": NO_INSIGHTS}, *own]}


def _delete(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    group = _found(backend, given)
    del settings_of(backend)["groups"][group["GroupName"]]
    settings_of(backend)["tags"].pop(group["GroupARN"], None)
    return {}


OPERATIONS = {
    "CreateGroup": _create,
    "UpdateGroup": _update,
    "GetGroup": _get,
    "GetGroups": _all,
    "DeleteGroup": _delete,
}
