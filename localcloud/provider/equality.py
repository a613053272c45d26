"""Semantic equality of inputs: JSON documents, policies, and lists compared as sets."""

from __future__ import annotations

import json
from typing import Any

UNORDERED = frozenset({"Action", "NotAction", "Resource", "NotResource", "Statement", "AWS"})
"""Elements of a policy that are sets, where a single value needs no list."""


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
