"""Blocks that AWS answers under the names of the SDK, for an import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk, shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localcloud.provider.row import Row


def imported(row: Row, found: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """Return the *wanted* properties of the response *found*, blocks included."""
    kinds = sdk.declared(row.type).outputs
    members, prefix = tuple(found), shapes.resource_name(row.type)
    result: dict[str, Any] = {}
    for key in wanted:
        member = shapes.matching_member(key, members, prefix)
        value = shapes.to_json_types(found[member]) if member is not None else None
        value = from_aws(kinds[key], value)
        if value not in (None, "", [], {}):
            result[key] = value
    return result


def from_aws(kind: Any, value: Any) -> Any:
    """Return *value*, as AWS answers it, under the names of the SDK's *kind*."""
    if isinstance(kind, str):
        return None if isinstance(value, dict | list) else value
    form, inner = kind
    if form == "list":
        return [from_aws(inner, item) for item in value] if isinstance(value, list) else None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        return None
    if form == "map":
        return value
    members = tuple(value)
    found = {
        key: from_aws(kind, value[member])
        for key, kind in sdk.members(inner).items()
        if (member := shapes.matching_member(key, members)) is not None
    }
    return {key: item for key, item in found.items() if item is not None}
