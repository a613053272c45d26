"""Comparisons of one value: text with wildcards at its ends, numbers, expressions."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from log_patterns.errors import PatternError
from log_patterns.scanner import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from log_patterns.scanner import Cursor, Token

ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Comparison:
    """An operator and what it compares with."""

    operator: str
    token: Token
    number: float | None

    def holds(self, value: Any) -> bool:
        """Compare with a value: text, a number or a boolean; others never hold."""
        if value is None or isinstance(value, (dict, list)):
            return False
        if self.operator in ORDER:
            found = number_of(value)
            return found is not None and ORDER[self.operator](found, self.number or 0.0)
        return self._equal(value) == (self.operator == "=")

    def _equal(self, value: Any) -> bool:
        text = text_of(value)
        if self.token.expression is not None:
            return self.token.expression.found(text)
        if self.number is not None and (found := number_of(value)) is not None:
            return found == self.number
        return like(self.token.text, text)


def read_comparison(cursor: Cursor, operators: tuple[str, ...]) -> Comparison:
    """Read an operator and a value."""
    if cursor.token.kind != "operator" or cursor.token.text not in operators:
        raise cursor.expected(f"one of {' '.join(operators)}")
    sign = cursor.take().text
    token = cursor.token
    if token.kind not in ("text", "bare", "regex"):
        raise cursor.expected("a value: a number, a text or an expression")
    cursor.take()
    number = float(token.text) if token.kind == "bare" and NUMBER.fullmatch(token.text) else None
    if sign in ORDER and number is None:
        text = f"at character {token.at + 1}: '{sign}' compares numbers, not '{token.text}'"
        raise PatternError(text)
    return Comparison(sign, token, number)


def like(pattern: str, text: str) -> bool:
    """Compare *text* with *pattern*, in which `*` is special at the ends only."""
    if pattern == "*":
        return True
    before, after = pattern.startswith("*"), pattern.endswith("*")
    middle = pattern[before : len(pattern) - after]
    if before and after:
        return middle in text
    if before:
        return text.endswith(middle)
    return text.startswith(middle) if after else text == middle


def number_of(value: Any) -> float | None:
    """Return *value* as a number; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return None
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return float(value)
    return None


def text_of(value: Any) -> str:
    """Return *value* as it is written in JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
