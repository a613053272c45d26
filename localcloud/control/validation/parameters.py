"""Reads the parameters of a request in the query protocols as nested values."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

Tree = dict[str, Any]


def tree(form: str) -> Tree:
    """Return the parameters of *form* as a tree, split at the dots of their names."""
    root: Tree = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        *steps, last = name.split(".")
        node = root
        for step in steps:
            found = node.get(step)
            if not isinstance(found, dict):
                found = node[step] = {}
            node = found
        node.setdefault(last, value)
    return root


def structure(shape: Any, node: Any) -> dict[str, Any]:
    """Return the members of *shape* that *node* has."""
    if not isinstance(node, dict):
        return {}
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        for wire in _wire_names(name, member):
            if wire in node:
                found[name] = _value(member, node[wire])
                break
    return found


def _wire_names(name: str, member: Any) -> list[str]:
    told = member.serialization
    names = [told.get("queryName"), told.get("name"), name]
    if member.type_name == "list":
        names.append(member.member.serialization.get("name"))
    known = [one for one in names if one]
    return [*known, *(one[:1].upper() + one[1:] for one in known)]


def _value(shape: Any, node: Any) -> Any:
    match shape.type_name:
        case "structure":
            return structure(shape, node)
        case "list":
            return [_value(shape.member, one) for one in _elements(node)]
        case "map":
            pairs = [one for one in _elements(node) if isinstance(one, dict)]
            return dict(_pair(shape, one) for one in pairs)
        case _:
            return node if isinstance(node, str) else None


def _elements(node: Any) -> list[Any]:
    """Return the elements of `1`, `2`, ... or of `member.1`, `Filter.1`, ..."""
    if not isinstance(node, dict):
        return []
    if all(key.isdigit() for key in node):
        return [node[key] for key in sorted(node, key=int)]
    inner = next(iter(node.values())) if len(node) == 1 else None
    return _elements(inner) if inner is not None else []


def _pair(shape: Any, node: Tree) -> tuple[str, Any]:
    key = shape.key.serialization.get("name", "key")
    value = shape.value.serialization.get("name", "value")
    return str(node.get(key, node.get("Name", ""))), _value(shape.value, node.get(value))
