"""Validates event patterns."""

from __future__ import annotations

from typing import Any

MATCHERS = frozenset({
    "anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix",
    "wildcard",
})  # fmt: skip


def problem(pattern: Any, path: str = "") -> str | None:
    """Return why the parsed *pattern* is not a valid event pattern, or None."""
    if not isinstance(pattern, dict):
        return f"{path or 'the pattern'} is not an object"
    for key, value in pattern.items():
        where = f"{path}.{key}".removeprefix(".")
        if key == "$or":
            found = _alternatives(value, path, where)
        elif isinstance(value, dict):
            found = problem(value, where)
        else:
            found = _values(value, where)
        if found:
            return found
    return None


def _alternatives(value: Any, path: str, where: str) -> str | None:
    if not isinstance(value, list) or len(value) < 2:  # noqa: PLR2004 - at least two, says AWS
        return f"{where} is not an array of at least two patterns"
    return next((found for one in value if (found := problem(one, path))), None)


def _values(values: Any, where: str) -> str | None:
    if not isinstance(values, list):
        return f"{where} must be an object or an array"
    if not values:
        return f"{where} is an empty array"
    for value in values:
        if isinstance(value, list):
            return f"{where} has an array in its array"
        if isinstance(value, dict) and (len(value) != 1 or not value.keys() <= MATCHERS):
            known = ", ".join(sorted(MATCHERS))
            return f"{where} has the match type {', '.join(value)}: match types are {known}"
    return None
