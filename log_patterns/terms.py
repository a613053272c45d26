"""Patterns of plain terms: `ERROR -timeout`, `?ERROR ?WARN`, `"two words"`, `%regex%`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from log_patterns.errors import PatternError
from log_patterns.expressions import Expression

if TYPE_CHECKING:
    from log_patterns.line import Line

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
WORD = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True)
class Term:
    """A text or an expression that must occur (or not)."""

    sign: str
    """`-`, `?`, or nothing."""
    text: str
    expression: Expression | None = None

    def occurs(self, message: str) -> bool:
        """Say whether the term is in *message*."""
        return self.expression.found(message) if self.expression else self.text in message


class TermsPattern:
    """Matches a line that contains every term, none of those with a minus.

    Terms with a question mark are alternatives; beside others they count for nothing, as in AWS.
    """

    def __init__(self, text: str) -> None:
        """Parse *text*."""
        terms = list(_terms(text))
        self.expressions = sum(term.expression is not None for term in terms)
        self._all = [term for term in terms if not term.sign]
        self._none = [term for term in terms if term.sign == "-"]
        self._any = [] if self._all or self._none else [one for one in terms if one.sign == "?"]

    def matches(self, line: Line) -> bool:
        """Say whether *line* matches."""
        message = line.message
        return (
            all(term.occurs(message) for term in self._all)
            and not any(term.occurs(message) for term in self._none)
            and (not self._any or any(term.occurs(message) for term in self._any))
        )

    def fields(self, line: Line) -> dict[str, str]:  # noqa: ARG002 - one form for every kind
        """Return nothing: terms have no names."""
        return {}


def unquoted(text: str) -> str:
    """Return the inside of a quoted text without its escapes."""
    return ESCAPE.sub(r"\1", text)


def expression_at(text: str, at: int) -> tuple[Expression, int]:
    """Return the expression whose first percent sign is at *at*, and where it ends."""
    end = at + 1
    while end < len(text) and text[end] != "%":
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise PatternError(f"at character {at + 1}: the expression is not closed: write '%' after")
    return Expression(text[at + 1 : end]), end + 1


def _terms(text: str) -> list[Term]:
    found: list[Term] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        sign = text[at] if text[at] in "-?" else ""
        at += len(sign)
        if sign:
            at += len(text[at:]) - len(text[at:].lstrip())
        if text[at : at + 1] == "%":
            expression, at = expression_at(text, at)
            found.append(Term(sign, "", expression))
            continue
        quoted = QUOTED.match(text, at)
        word = quoted or WORD.match(text, at)
        if word is None:
            raise _invalid(text, at)
        found.append(Term(sign, unquoted(quoted[1]) if quoted else word[0]))
        at = word.end()
        if at < len(text) and not quoted and not text[at].isspace():
            raise _invalid(text, at)
    return found


def _invalid(text: str, at: int) -> PatternError:
    if at >= len(text):
        return PatternError(f"the pattern ends after '{text.strip()[-1:]}': write a term after it")
    if text[at] == '"':
        return PatternError(f"at character {at + 1}: a quotation mark is not closed")
    return PatternError(
        f"Invalid character(s) in term '{text[at]}' at character {at + 1}:"
        " write terms with other characters than letters, digits and '_' in double quotes"
    )
