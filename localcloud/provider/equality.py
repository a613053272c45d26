"""Semantic equality of inputs: JSON, policies, container definitions, tags, lists as sets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.row import Row

UNORDERED = frozenset({"Action", "NotAction", "Resource", "NotResource", "Statement", "AWS"})
"""Elements of a policy that are sets, where a single value needs no list."""


CONTAINER_DEFAULTS = {"essential": True, "cpu": 0}
PORT_DEFAULTS = {"protocol": "tcp", "hostPort": 0}
HEALTH_CHECK_DEFAULTS = {"interval": 30, "timeout": 5, "retries": 3}
CONTAINER_SETS = {"environment": "name", "secrets": "name", "portMappings": "containerPort"}
"""Lists of a container whose order means nothing -> the member that identifies an item."""


def same_input(
    row: Row,
    key: str,
    one: Any,
    other: Any,
    inputs: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
) -> bool:
    """Return whether two values of the input *key* mean the same, each among its *inputs*."""
    item = row.inputs.get(key)
    if item is None:
        return same(one, other)
    if item.canonical is not None and one is not None and other is not None:
        one, other = item.canonical(one, inputs[0]), item.canonical(other, inputs[1])
    return same(one, other, unordered=item.unordered)


def canonical_containers(document: Any, inputs: Mapping[str, Any]) -> Any:
    """Return ECS container definitions without the defaults that ECS fills in."""
    containers = parse_document(document) if isinstance(document, str) else document
    if not isinstance(containers, list) or not all(isinstance(item, dict) for item in containers):
        return document
    awsvpc = inputs.get("networkMode") == "awsvpc"
    found = [_container(item, awsvpc=awsvpc) for item in containers]
    return sorted(found, key=lambda item: str(item.get("name")))


def _container(container: dict[str, Any], *, awsvpc: bool) -> dict[str, Any]:
    found = _without(without_empty(container), CONTAINER_DEFAULTS)
    if isinstance(found.get("healthCheck"), dict):
        found["healthCheck"] = _without(found["healthCheck"], HEALTH_CHECK_DEFAULTS)
    if isinstance(found.get("portMappings"), list):
        found["portMappings"] = [
            _port_mapping(item, awsvpc=awsvpc) for item in found["portMappings"]
        ]
    for key, name in CONTAINER_SETS.items():
        if isinstance(found.get(key), list):
            found[key] = sorted(found[key], key=lambda item, name=name: str(item.get(name)))
    return found


def _port_mapping(mapping: dict[str, Any], *, awsvpc: bool) -> dict[str, Any]:
    found = _without(mapping, PORT_DEFAULTS)
    if awsvpc and found.get("hostPort") == found.get("containerPort"):
        found.pop("hostPort", None)  # a task with a network interface of its own has no other
    return found


def _without(block: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in block.items() if item != defaults.get(key, ...)}


def without_empty(value: Any) -> Any:
    """Return a JSON value without null, false and empty members."""
    if isinstance(value, dict):
        found = {
            key: item if key == "essential" else without_empty(item) for key, item in value.items()
        }
        return {
            key: item
            for key, item in found.items()
            if item not in (None, [], {}) and (item is not False or key == "essential")
        }
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def restrict_to(old: Any, now: Any) -> Any:
    """Return the current value *now*, restricted to the properties set in *old*."""
    if isinstance(old, dict) and isinstance(now, dict):
        return {key: restrict_to(item, now[key]) for key, item in old.items() if key in now}
    if isinstance(old, list) and isinstance(now, list) and len(old) == len(now):
        return [restrict_to(*pair) for pair in zip(old, now, strict=True)]
    return now


def same(  # noqa: PLR0911 - one return for each pair of kinds
    one: Any, other: Any, *, unordered: bool = False
) -> bool:
    """Return whether two values mean the same."""
    if one == other:
        return True
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and _same_lists(one, other, unordered=unordered)
        case str(), str():
            first, second = parse_document(one), parse_document(other)
            return (
                first is not None and second is not None and canonical(first) == canonical(second)
            )
        case (bool(), str()) | (str(), bool()):
            return str(one).lower() == str(other).lower()
        case (int() | float(), str()) | (str(), int() | float()):
            return str(one) == str(other)
        case _:
            return False


def _same_lists(one: list[Any], other: list[Any], *, unordered: bool) -> bool:
    if unordered:
        one, other = (sorted(items, key=_text) for items in (one, other))
    return all(same(first, second) for first, second in zip(one, other, strict=True))


def parse_document(text: str) -> Any:
    """Return the JSON object or list in *text*, or None."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def canonical(value: Any) -> Any:
    """Return *value* in a canonical form: equal for documents that mean the same."""
    if isinstance(value, dict):
        # AWS drops null values; a policy may have a single statement or action without a list.
        return {
            key: _set(item) if key in UNORDERED else canonical(item)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [canonical(item) for item in value]
    return value


def _set(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return sorted((canonical(item) for item in items), key=_text)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
