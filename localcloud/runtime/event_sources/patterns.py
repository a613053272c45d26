"""Event patterns of filter criteria."""

from __future__ import annotations

import json
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ABSENT = object()
"""The value of a missing field."""


@dataclass(frozen=True)
class Pattern:
    """An event pattern: every field must match one of its rules."""

    fields: dict[str, Any]

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Parse a pattern of a filter."""
        return cls(json.loads(text))

    def matches(self, record: Any) -> bool:
        """Return whether *record* matches the pattern."""
        return _matches_fields(self.fields, record)


def _matches_fields(fields: dict[str, Any], value: Any) -> bool:
    """Return whether an object, or any object in an array, has all *fields*."""
    if isinstance(value, list):
        return any(_matches_fields(fields, item) for item in value if isinstance(item, dict))
    for name, wanted in fields.items():
        if name == "$or" and isinstance(wanted, list):
            if not any(_matches_fields(branch, value) for branch in wanted):
                return False
            continue
        found = value.get(name, ABSENT) if isinstance(value, dict) else ABSENT
        if isinstance(wanted, dict):
            if not _matches_fields(wanted, found):
                return False
        elif not _matches_rules(wanted, found):
            return False
    return True


def _matches_rules(rules: list[Any], value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(_matches_rule(rule, one) for rule in rules for one in values or [ABSENT])


def _matches_rule(rule: Any, value: Any) -> bool:
    if isinstance(rule, dict):
        ((kind, wanted),) = rule.items()
        return _TESTS[kind](wanted, value) if kind in _TESTS else False
    return _same(rule, value)


def _same(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    return wanted == value


def _exists(wanted: bool, value: Any) -> bool:  # a rule's argument, not a flag
    return (value is not ABSENT) is wanted


def _prefix(wanted: Any, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if isinstance(wanted, dict):
        return value.lower().startswith(wanted["equals-ignore-case"].lower())
    return value.startswith(wanted)


def _suffix(wanted: Any, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if isinstance(wanted, dict):
        return value.lower().endswith(wanted["equals-ignore-case"].lower())
    return value.endswith(wanted)


def _ignoring_case(wanted: str, value: Any) -> bool:
    return isinstance(value, str) and value.lower() == wanted.lower()


def _anything_but(wanted: Any, value: Any) -> bool:
    if value is ABSENT:
        return False
    rules = wanted if isinstance(wanted, list) else [wanted]
    return not any(_matches_rule(rule, value) for rule in rules)


def _numeric(wanted: list[Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    pairs = zip(wanted[::2], wanted[1::2], strict=True)
    return all(COMPARISONS[sign](value, limit) for sign, limit in pairs)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "anything-but": _anything_but,
    "equals-ignore-case": _ignoring_case,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
}
