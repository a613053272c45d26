"""Checks one value against a `Limit` and words the failure."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.provider.row import Limit

MAX_CHOICES_SHOWN = 10
"""Allowed values listed in a message."""

MAX_VALUE_SHOWN = 60
"""Characters of a wrong value shown in a message."""


def violation(limit: Limit, value: Any) -> str:
    """Return how *value* violates *limit*, in one sentence; "" when it does not."""
    if limit.one_of and value not in limit.one_of and str(value) not in map(str, limit.one_of):
        allowed = ", ".join(str(item) for item in limit.one_of[:MAX_CHOICES_SHOWN])
        more = ", ..." if len(limit.one_of) > MAX_CHOICES_SHOWN else ""
        return f"is {quoted(value)}: use one of {allowed}{more}"
    if limit.minimum is not None or limit.maximum is not None:
        low, high = limit.minimum, limit.maximum
        try:
            number = float(value)
        except (TypeError, ValueError):
            return f"is {quoted(value)}: write a number"
        if (low is not None and number < low) or (high is not None and number > high):
            return f"is {quoted(value)}: use {_range(low, high)}"
    low, high = limit.min_length, limit.max_length
    if isinstance(value, str | list | dict) and (
        (low is not None and len(value) < low) or (high is not None and len(value) > high)
    ):
        unit = "characters" if isinstance(value, str) else "items"
        return f"has {len(value)} {unit} ({quoted(value)}): use {_range(low, high)}"
    if limit.pattern and isinstance(value, str) and not _matches(limit.pattern, value):
        return f"is {quoted(value)}: it must match {limit.pattern}"
    return ""


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at most {high:g}" if low is None else f"at least {low:g}"
    return f"{low:.0f} to {high:.0f}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # some patterns use syntax that only Java supports
        return None


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


def quoted(value: Any) -> str:
    """Return *value* quoted and shortened for a message."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= MAX_VALUE_SHOWN else text[: MAX_VALUE_SHOWN - 3] + '..."'
