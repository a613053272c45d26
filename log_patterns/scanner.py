"""Tokens of the conditions in JSON and space-delimited patterns, and their logic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from log_patterns.errors import PatternError
from log_patterns.terms import QUOTED, expression_at, unquoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from log_patterns.expressions import Expression

OPERATORS = ("&&", "||", "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "...")
COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
BARE = re.compile(r"(?:[A-Za-z0-9_*+-]|\.(?!\.\.))+")
SELECTOR = re.compile(
    r"\$(?:\.(?:[A-Za-z0-9_-]+|\*|\['[^']+'\])|\[(?:\d+|\*)\]|\['[^']+'\])+",
)
MAX_DEPTH = 50


@dataclass(frozen=True)
class Token:
    """A piece of a condition."""

    kind: str
    """operator, selector, text (quoted), bare, regex or end."""
    text: str
    at: int
    expression: Expression | None = None


def scan(text: str, at: int, end: int) -> list[Token]:
    """Return the tokens of *text* from *at* to *end*, and one that marks the end."""
    found: list[Token] = []
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        token, at = _token(text, at)
        if at > end:
            raise PatternError(f"at character {token.at + 1}: '{token.text}' is not closed")
        found.append(token)
    return [*found, Token("end", "", end)]


def _token(text: str, at: int) -> tuple[Token, int]:
    if text[at] == "%":
        expression, after = expression_at(text, at)
        return Token("regex", text[at:after], at, expression), after
    if text[at] == '"':
        quoted = QUOTED.match(text, at)
        if quoted is None:
            raise PatternError(f"at character {at + 1}: a quotation mark is not closed")
        return Token("text", unquoted(quoted[1]), at), quoted.end()
    for operator in OPERATORS:
        if text.startswith(operator, at):
            return Token("operator", operator, at), at + len(operator)
    if text[at] == "$":
        selector = SELECTOR.match(text, at)
        if selector is None:
            problem = "a selector is $ and names, such as $.user.id or $.items[0]"
            raise PatternError(f"Invalid character(s) in term '$' at character {at + 1}: {problem}")
        return Token("selector", selector[0], at), selector.end()
    bare = BARE.match(text, at)
    if bare is None:
        raise PatternError(
            f"Invalid character(s) in term '{text[at]}' at character {at + 1}:"
            " write values with other characters than letters and digits in double quotes"
        )
    return Token("bare", bare[0], at), bare.end()


class Condition(Protocol):
    """A condition on a line's document, or on one of its fields."""

    def holds(self, value: Any) -> bool:
        """Say whether the condition holds for *value*."""
        ...


@dataclass(frozen=True)
class AllOf:
    """Every one of several conditions."""

    parts: tuple[Condition, ...]

    def holds(self, value: Any) -> bool:
        """Say whether all hold for *value*."""
        return all(part.holds(value) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    """One of several conditions."""

    parts: tuple[Condition, ...]

    def holds(self, value: Any) -> bool:
        """Say whether one holds for *value*."""
        return any(part.holds(value) for part in self.parts)


class Cursor:
    """Reads tokens, and joins conditions by `&&`, `||` and parentheses."""

    def __init__(self, tokens: list[Token]) -> None:
        """Begin at the first of *tokens*."""
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self._index]

    def take(self) -> Token:
        """Return the next token and go on."""
        token = self.token
        self._index += token.kind != "end"
        return token

    def at(self, kind: str) -> bool:
        """Say whether the next token is of *kind*."""
        return self.token.kind == kind

    def took(self, operator: str) -> bool:
        """Go past *operator* if it is next."""
        found = self.token.kind == "operator" and self.token.text == operator
        self._index += found
        return found

    def expected(self, wanted: str) -> PatternError:
        """Return the error that something else is here than *wanted*."""
        token = self.token
        here = f"'{token.text}'" if token.kind != "end" else "the end"
        return PatternError(f"at character {token.at + 1}: found {here}, expected {wanted}")

    def condition(self, one: Callable[[], Condition]) -> Condition:
        """Read conditions, the single ones by *one*."""
        parts = [self._conjunction(one)]
        while self.took("||"):
            parts.append(self._conjunction(one))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _conjunction(self, one: Callable[[], Condition]) -> Condition:
        parts = [self._operand(one)]
        while self.took("&&"):
            parts.append(self._operand(one))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _operand(self, one: Callable[[], Condition]) -> Condition:
        if not self.took("("):
            return one()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise PatternError(f"parentheses are nested more than {MAX_DEPTH} times")
        inner = self.condition(one)
        if not self.took(")"):
            raise self.expected("')'")
        self._depth -= 1
        return inner
