"""Errors of a query."""

from __future__ import annotations


class MalformedQueryError(Exception):
    """Raised for a query that does not compile, with the position of the mistake."""

    def __init__(self, message: str, start: int, end: int | None = None) -> None:
        """Say what is wrong between the offsets *start* and *end* of the query's text."""
        super().__init__(message)
        self.message, self.start = message, start
        self.end = start + 1 if end is None else max(end, start)


class EvaluationError(Exception):
    """Raised for a query that compiles and cannot be evaluated."""
