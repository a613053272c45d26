"""Blocks that AWS answers, under the names of the SDK."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk, shapes
from localcloud.provider.equality import same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localcloud.provider.row import Row


def read(row: Row, found: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """Return the *wanted* properties of the response *found*, blocks included."""
    kinds = sdk.declared(row.type).outputs
    members, prefix = tuple(found), shapes.resource_name(row.type)
    result: dict[str, Any] = {}
    for key in wanted:
        member = shapes.matching_member(key, members, prefix)
        value = shapes.to_json_types(found[member]) if member is not None else None
        value = from_aws(kinds[key], value, row.names_of_blocks, key)
        if value == [] or not is_empty(value):
            result[key] = value
    return result


def from_aws(
    kind: Any, value: Any, names: Mapping[str, str] = MappingProxyType({}), path: str = ""
) -> Any:
    """Return *value*, as AWS answers it, under the names of the SDK's *kind*.

    *names* are the members that do not fit by rule, by path.
    """
    if isinstance(kind, str):
        return None if isinstance(value, dict | list) else value
    form, inner = kind
    if form == "list":
        return _list(inner, value, names, path)
    if form == "map" and isinstance(value, list):
        return _map(value)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict) or form == "map":
        return value if isinstance(value, dict) else None
    members = tuple(value)
    found = {
        key: from_aws(kind, value.get(member), names, f"{path}.{key}")
        for key, kind in sdk.members(inner).items()
        if (member := names.get(f"{path}.{key}") or shapes.matching_member(key, members))
    }
    return {key: item for key, item in found.items() if item is not None}


def _list(kind: Any, value: Any, names: Mapping[str, str], path: str) -> list[Any] | None:
    """Return a list of AWS, or a block of which AWS has one, as a list."""
    if isinstance(value, dict) and isinstance(kind, list):
        value = [value]
    if not isinstance(value, list):
        return None
    items = [from_aws(kind, item, names, path) for item in value]
    return [item for item in items if item not in ({}, None)]


def is_empty(value: Any) -> bool:
    """Return whether AWS answers *value* for nothing: a block of empty members is one."""
    if isinstance(value, dict):
        return all(is_empty(item) for item in value.values())
    return value in (None, "", [])


def _map(pairs: list[Any]) -> dict[str, Any] | None:
    """Return a list of names and values as a map."""
    if not all(
        isinstance(pair, dict) and set(map(str.lower, pair)) in shapes.PAIRS for pair in pairs
    ):
        return None
    items = [{member.lower(): value for member, value in pair.items()} for pair in pairs]
    return {item["key" if "key" in item else "name"]: item["value"] for item in items}


def overlay(kind: Any, known: Any, now: Any) -> Any:
    """Return the block *known* with the values that its members have *now*.

    Members that the block does not state, and those that AWS does not answer, stay as they are.
    """
    if isinstance(kind, str) or kind[0] == "map" or type(known) is not type(now):
        return now
    if kind[0] == "list":
        return _overlaid_items(kind[1], known, now)
    kinds = sdk.members(kind[1])
    return {
        key: overlay(kinds[key], value, now[key]) if key in kinds and key in now else value
        for key, value in known.items()
        if now.get(key) != {}  # a block that AWS answers as an empty one is gone
    }


def _overlaid_items(kind: Any, known: list[Any], now: list[Any]) -> list[Any]:
    """Return the items of *now* in the form and the order of *known*."""
    if isinstance(kind, str):  # inside a block, AWS may answer in another order
        return known if sorted(map(str, known)) == sorted(map(str, now)) else now
    rest, found = list(now), list[Any]()
    for item in known:
        equal = next((one for one in rest if same(overlay(kind, item, one), item)), None)
        found.append(item if equal is not None else ...)
        if equal is not None:
            rest.remove(equal)
    for index, item in enumerate(found):
        if item is ... and rest:
            found[index] = overlay(kind, known[index], rest.pop(0))
    return [item for item in found if item is not ...] + rest
