"""Matches events with patterns as EventBridge does: 0 is not false, and arrays hold objects."""

from __future__ import annotations

from typing import Any

from moto.events.models import UNDEFINED, EventPattern

_named = EventPattern._does_item_match_named_filter  # noqa: SLF001 - moto has no public one


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Return whether an object, or any object in an array, has all that *pattern* names."""
    if isinstance(event, list):
        return any(matches(pattern, item) for item in event if isinstance(item, dict))
    found = event if isinstance(event, dict) else {}
    return all(_member(key, wanted, found) for key, wanted in pattern.items())


def _member(key: str, wanted: Any, event: dict[str, Any]) -> bool:
    if key == "$or":
        return any(matches(one, event) for one in wanted)
    if isinstance(wanted, dict):
        return matches(wanted, event.get(key))
    value = _leaf(event.get(key, UNDEFINED))
    return any(
        _is_selected(value, one) if isinstance(one, dict) else _is_equal(value, one)
        for one in wanted
    )


def _is_selected(value: Any, wanted: dict[str, Any]) -> bool:
    """Return whether an operator selects the value, or an item of an array."""
    items = value if isinstance(value, list) else [value]
    if "numeric" in wanted:
        return any(_named(item, wanted) for item in items if not isinstance(item, bool))
    excluded = wanted.get("anything-but", {})
    if value is UNDEFINED or isinstance(excluded, dict):
        return _named(value, wanted)
    others = excluded if isinstance(excluded, list) else [excluded]
    return any(not any(_is_equal(item, other) for other in others) for item in items)


def _leaf(value: Any) -> Any:
    """Return a scalar, or the scalars of an array: objects cannot be matched."""
    if isinstance(value, dict):
        return UNDEFINED if value else value
    if isinstance(value, list) and value:
        return [item for item in value if not isinstance(item, dict)] or UNDEFINED
    return value


def _is_equal(value: Any, wanted: Any) -> bool:
    """Compare as JSON does, where true is not 1; an array has to contain the value."""
    items = value if isinstance(value, list) else [value]
    return any(
        item == wanted and isinstance(item, bool) is isinstance(wanted, bool) for item in items
    )
