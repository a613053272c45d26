"""What one value may be, and how a message says that it is something else."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.provider.row import Limit

SHOWN = 10
"""Allowed values that a message lists."""

LONGEST = 60
"""Characters of a wrong value that a message shows."""


def broken(limit: Limit, value: Any) -> str:
    """Return which part of *limit* the value breaks, in one sentence; "" when none."""
    if limit.one_of and value not in limit.one_of and str(value) not in map(str, limit.one_of):
        allowed = ", ".join(str(item) for item in limit.one_of[:SHOWN])
        more = ", ..." if len(limit.one_of) > SHOWN else ""
        return f"is {shown(value)}: use one of {allowed}{more}"
    if limit.minimum is not None or limit.maximum is not None:
        low, high = limit.minimum, limit.maximum
        try:
            number = float(value)
        except (TypeError, ValueError):
            return f"is {shown(value)}: write a number"
        if (low is not None and number < low) or (high is not None and number > high):
            return f"is {shown(value)}: use {_range(low, high)}"
    low, high = limit.min_length, limit.max_length
    if isinstance(value, str | list | dict) and (
        (low is not None and len(value) < low) or (high is not None and len(value) > high)
    ):
        unit = "characters" if isinstance(value, str) else "items"
        return f"has {len(value)} {unit} ({shown(value)}): use {_range(low, high)}"
    if limit.pattern and isinstance(value, str) and not _matches(limit.pattern, value):
        return f"is {shown(value)}: it must match {limit.pattern}"
    return ""


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at most {high:g}" if low is None else f"at least {low:g}"
    return f"{low:.0f} to {high:.0f}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # some patterns use what only Java's expressions have
        return None


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


def shown(value: Any) -> str:
    """Return *value* as a message shows it."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + '..."'
