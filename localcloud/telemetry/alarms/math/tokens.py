"""Tokens of a metric math expression."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<operator>&&|\|\||==|!=|<=|>=|[-+*/^<>()\[\],])
    |(?P<end>\Z)
    )""",
    re.VERBOSE,
)
_WORD_OPERATORS = {"AND": "&&", "OR": "||"}


class MathError(ValueError):
    """Raised for an expression that cannot be evaluated; says where."""

    def __init__(self, reason: str, position: int) -> None:
        """Say *reason*, and the 1-based *position* of the character."""
        super().__init__(f"{reason} (at character {position})")
        self.reason, self.position = reason, position


@dataclass(frozen=True)
class Token:
    """One token: a number, a name, a quoted text, an operator or the end."""

    kind: str
    text: str
    position: int
    """1-based position of the first character."""


def tokens(expression: str) -> list[Token]:
    """Return the tokens of *expression*, the last of the kind `end`."""
    found: list[Token] = []
    at = 0
    while True:
        match = _TOKEN.match(expression, at)
        if match is None:
            start = at + len(expression[at:]) - len(expression[at:].lstrip())
            raise MathError(f"unexpected character {expression[start]!r}", start + 1)
        kind = match.lastgroup or "end"
        text = match.group(kind)
        position = match.start(kind) + 1
        if kind == "name" and text in _WORD_OPERATORS:
            kind, text = "operator", _WORD_OPERATORS[text]
        found.append(Token(kind, text, position))
        if kind == "end":
            return found
        at = match.end()
