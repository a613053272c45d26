"""Filter patterns of CloudWatch Logs: what they mean, and which lines they match."""

from __future__ import annotations

from typing import Protocol

from log_patterns.delimited import DelimitedPattern
from log_patterns.documents import DocumentPattern
from log_patterns.errors import PatternError
from log_patterns.line import Line
from log_patterns.terms import TermsPattern

__all__ = [
    "MAX_GROUP_EXPRESSION_FILTERS",
    "Line",
    "Pattern",
    "PatternError",
    "parse_pattern",
]

MAX_CHARACTERS = 1_024
MAX_EXPRESSIONS = 2
MAX_GROUP_EXPRESSION_FILTERS = 5
"""Metric and subscription filters with regular expressions that a log group may have."""


class Pattern(Protocol):
    """A parsed filter pattern."""

    expressions: int
    """Regular expressions in it."""

    def matches(self, line: Line) -> bool:
        """Say whether *line* matches."""
        ...

    def fields(self, line: Line) -> dict[str, str]:
        """Return what a matching line's metric value and dimensions may name, by its name."""
        ...


def parse_pattern(text: str) -> Pattern:
    """Return the pattern *text*; an empty one matches every line."""
    if len(text) > MAX_CHARACTERS:
        raise PatternError(f"it has {len(text)} characters: at most {MAX_CHARACTERS} are allowed")
    kinds = {"{": DocumentPattern, "[": DelimitedPattern}
    pattern: Pattern = kinds.get(text.lstrip()[:1], TermsPattern)(text)
    if pattern.expressions > MAX_EXPRESSIONS:
        found = pattern.expressions
        raise PatternError(f"it has {found} regular expressions: at most {MAX_EXPRESSIONS}")
    return pattern
