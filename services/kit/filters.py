"""Filters of consumers: the kit compares again what SNS, EventBridge and Lambda compared.

A changed filter takes SNS up to 15 minutes, and a message may have been waiting since before the
change. The filter of a consumer is in the variable `<EVENT>_FILTER`.
"""

from __future__ import annotations

import json
import operator
import os
from typing import TYPE_CHECKING, Any, cast

from kit import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kit.events import Event

MISSING = object()
"""The value of a field that the event does not have."""

SIGNS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def of_event(event_type: str) -> dict[str, Any]:
    """Return the filter of the consumer of *event_type*; empty if it has none."""
    return json.loads(os.environ.get(f"{settings.prefix(event_type)}_FILTER") or "{}")


def matches(filter_: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Return whether each field of *filter_* matches: of an envelope, an object or one in a list.

    Of a field's list one value or operator must match; of a field that is a list, one element.
    """
    return all(_field(wanted, fields.get(name, MISSING)) for name, wanted in filter_.items())


def _field(wanted: Any, value: Any) -> bool:
    if isinstance(value, list):
        return any(_field(wanted, one) for one in cast("list[Any]", value))
    if isinstance(wanted, dict):
        fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        return matches(cast("dict[str, Any]", wanted), fields)
    return any(_rule(rule, value) for rule in cast("list[Any]", wanted))


def _rule(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return _same(rule, value)
    [(name, wanted)] = cast("dict[str, Any]", rule).items()
    return OPERATORS[name](wanted, value)


def _same(wanted: Any, value: Any) -> bool:
    """Compare as JSON does, where true is not 1."""
    return value == wanted and isinstance(value, bool) is isinstance(wanted, bool)


def _anything_but(wanted: Any, value: Any) -> bool:
    excluded = cast("list[Any]", wanted) if isinstance(wanted, list) else [wanted]
    return value is not MISSING and not any(_same(one, value) for one in excluded)


def _numeric(wanted: list[Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    pairs = zip(wanted[::2], wanted[1::2], strict=True)
    return all(SIGNS[sign](value, limit) for sign, limit in pairs)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "anything-but": _anything_but,
    "equals-ignore-case": lambda wanted, value: (
        isinstance(value, str) and value.casefold() == wanted.casefold()
    ),
    "exists": lambda wanted, value: (value is not MISSING) is wanted,
    "numeric": _numeric,
    "prefix": lambda wanted, value: isinstance(value, str) and value.startswith(wanted),
    "suffix": lambda wanted, value: isinstance(value, str) and value.endswith(wanted),
}


def matches_event(filter_: Mapping[str, Any], event: Event) -> bool:
    """Return whether *event* matches, whose fields have the names of the envelope in *filter_*."""
    fields = {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "dataschema": f"urn:bulkhead:event:{event.type}:{event.version}",
        "correlationid": event.correlation_id,
        "sequence": event.sequence,
        "data": event.data,
    }
    return matches(filter_, {name: value for name, value in fields.items() if value})
