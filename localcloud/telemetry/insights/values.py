"""Values of expressions: comparison, conversion, order, and how they are displayed."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z", re.ASCII)
_CHUNK = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)
_DIGITS = 4
"""Decimals that are displayed."""
_NUMBERS = (float, int)
_LONGEST_NUMBER = 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(int):
    """Milliseconds since the epoch that are displayed as a date."""

    __slots__ = ()


def number(value: Any) -> float | int | None:
    """Return *value* as a number; None if it is none."""
    if type(value) in _NUMBERS:
        return value
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and len(value) < _LONGEST_NUMBER and _NUMBER.match(value):
        try:
            return int(value)
        except ValueError:
            found = float(value)
            return found if math.isfinite(found) else None
    return None


def text(value: Any) -> str | None:
    """Return *value* as it is displayed; None if there is none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Instant):
        return date(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def date(milliseconds: int) -> str:
    """Return an instant as Logs Insights displays it: `2026-11-30 07:00:00.000`."""
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return str(int(milliseconds))
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


def _decimal(value: float) -> str:
    if not math.isfinite(value):
        return ""
    rounded = f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if rounded == "-0" else rounded


def truth(value: Any) -> bool:
    """Return whether *value* holds as a condition."""
    if isinstance(value, str):
        return value not in {"", "0", "false"}
    return bool(value)


def equal(left: Any, right: Any) -> bool:
    """Return whether two values are equal: as numbers if both are, otherwise as text."""
    if left is None or right is None:
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left == right or _equal_numbers(left, right)
    first, second = number(left), number(right)
    if first is not None and second is not None:
        return first == second
    return text(left) == text(right)


def _equal_numbers(left: str, right: str) -> bool:
    first = number(left)
    return first is not None and first == number(right)


def compare(left: Any, right: Any) -> int | None:
    """Return -1, 0 or 1; None without a value on either side."""
    if left is None or right is None:
        return None
    first: Any = number(left)
    second: Any = number(right)
    if first is None or second is None:
        first, second = text(left), text(right)
    return (first > second) - (first < second)


def order(value: Any) -> tuple[Any, ...]:
    """Return a key of the natural order: nothing, then text in chunks, then numbers.

    Digits within text are compared by their count, then by their value.
    """
    if value is None:
        return (0,)
    if isinstance(value, (int, float)):
        return (2, value)
    as_number = number(value)
    if as_number is not None:
        return (2, as_number)
    chunks = _CHUNK.findall(text(value) or "")
    return (1, tuple(("0", len(c), c) if c[0].isdigit() else (c, 0, "") for c in chunks))
