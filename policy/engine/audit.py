"""Helpers of audit rules: whether a stack uses AWS, and which event rules it has."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from policy.engine.resource_types import EVENT_TARGET
from policy.engine.values import UNKNOWN, as_list, is_false, is_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
COMPLIANCE_CHANGE = "Config Rules Compliance Change"
API_CALL = "AWS API Call via CloudTrail"


def has_resources(stack: Stack) -> bool:
    """Return whether *stack* has AWS resources."""
    return any(one.type.startswith("aws:") for one in stack.resources)


def is_enabled(rule: Resource) -> bool:
    """Return whether an event rule is, or may be, enabled."""
    return rule.get("state") != "DISABLED" and not is_false(rule.get("isEnabled"))


def matches_detail_type(rule: Resource, detail_type: str) -> bool:
    """Return whether the pattern of an event rule matches, or may match, *detail_type*."""
    pattern = rule.document("eventPattern")
    if pattern is UNKNOWN:
        return True
    names = pattern.get("detail-type") if is_object(pattern) else None
    return names is UNKNOWN or any(_is_named(one, detail_type) for one in as_list(names))


def targets(stack: Stack, rule: Resource) -> list[Resource]:
    """Return the known and possible targets of an event rule."""
    return [
        one
        for one in stack.of_type(EVENT_TARGET)
        if stack.refers_to(one, "rule", rule) or stack.is_undetermined(one, "rule")
    ]


def targets_for(stack: Stack, detail_type: str) -> list[Resource]:
    """Return the targets of every enabled event rule on *detail_type*."""
    return [
        target
        for rule in stack.of_type(EVENT_RULE)
        if is_enabled(rule) and matches_detail_type(rule, detail_type)
        for target in targets(stack, rule)
    ]


def _is_named(test: Any, name: str) -> bool:
    """Return whether an entry of an event pattern matches *name*."""
    if not is_object(test):
        return test is UNKNOWN or test == name
    return any(_matches(operator, wanted, name) for operator, wanted in test.items())


def _matches(operator: str, wanted: Any, name: str) -> bool:
    if wanted is UNKNOWN:
        return True
    if is_object(wanted) and "equals-ignore-case" in wanted:
        wanted, name = str(wanted["equals-ignore-case"]).lower(), name.lower()
    compare = _COMPARISONS.get(operator)
    return compare is not None and isinstance(wanted, str) and compare(name, wanted)


def _is_like(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "prefix": str.startswith,
    "suffix": str.endswith,
    "wildcard": _is_like,
    "equals-ignore-case": lambda name, wanted: name.lower() == wanted.lower(),
}
