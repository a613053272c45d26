"""Space-delimited patterns: `[ip, user, ..., status = 4* || status = 5*, bytes > 1000]`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from log_patterns.comparisons import read_comparison
from log_patterns.errors import PatternError
from log_patterns.scanner import COMPARISONS, Cursor, scan

if TYPE_CHECKING:
    from log_patterns.line import Line
    from log_patterns.scanner import Condition

NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Field:
    """One field: its name (or nothing), and its condition if it has one."""

    name: str
    condition: Condition | None


class DelimitedPattern:
    """Matches a line by its fields: as many as named, unless `...` stands for any number."""

    def __init__(self, text: str) -> None:
        """Parse *text*, with its brackets."""
        start, end = text.index("["), text.rfind("]")
        if end < start or text[end + 1 :].strip():
            raise PatternError("a pattern that begins with '[' must end with ']'")
        tokens = scan(text, start + 1, end)
        self.expressions = sum(token.kind == "regex" for token in tokens)
        self._cursor = Cursor(tokens)
        self._name = ""
        self._before: list[Field] = []
        self._after: list[Field] | None = None
        while True:
            self._read_field()
            if self._cursor.at("end"):
                break
            if not self._cursor.took(","):
                raise self._cursor.expected("',' or ']'")
        names = [field.name for field in self._before + (self._after or []) if field.name]
        for name in names:
            if names.count(name) > 1:
                raise PatternError(f"the field '{name}' occurs twice: give each its own name")

    def _read_field(self) -> None:
        cursor = self._cursor
        if cursor.took("..."):
            if self._after is not None:
                raise PatternError("'...' occurs twice: keep one")
            self._after = []
            return
        self._name = ""
        condition = None
        if not (cursor.at("end") or cursor.token.text == ","):
            condition = self._condition()
        fields = self._before if self._after is None else self._after
        fields.append(Field(self._name, condition))

    def _condition(self) -> Condition | None:
        cursor = self._cursor
        if cursor.at("bare"):  # a name alone has no condition
            self._name = self._checked(cursor.take().text)
            if cursor.at("end") or cursor.token.text == ",":
                return None
            first = read_comparison(cursor, COMPARISONS)
            pending = [first]
            return cursor.condition(lambda: pending.pop() if pending else self._one())
        return cursor.condition(self._one)

    def _one(self) -> Condition:
        cursor = self._cursor
        if not cursor.at("bare"):
            raise cursor.expected("the name of the field")
        name = self._checked(cursor.take().text)
        if self._name and name != self._name:
            text = f"the field '{self._name}' is compared as '{name}': use one name"
            raise PatternError(text)
        self._name = name
        return read_comparison(cursor, COMPARISONS)

    def _checked(self, name: str) -> str:
        if not NAME.fullmatch(name):
            raise PatternError(f"'{name}' is no name of a field: use letters, digits, '_' and '-'")
        return name

    def matches(self, line: Line) -> bool:
        """Say whether *line* matches."""
        placed = self._placed(line.words)
        return placed is not None and all(
            field.condition is None or field.condition.holds(word) for field, word in placed
        )

    def fields(self, line: Line) -> dict[str, str]:
        """Return the fields by `$name`; those without a name by their number from 1."""
        placed = self._placed(line.words) or []
        return {f"${field.name or at + 1}": word for at, (field, word) in enumerate(placed)}

    def _placed(self, words: list[str]) -> list[tuple[Field, str]] | None:
        if self._after is None:
            if len(words) != len(self._before):
                return None
            return list(zip(self._before, words, strict=True))
        between = len(words) - len(self._before) - len(self._after)
        if between < 0:
            return None
        unnamed = [Field("", None)] * between
        return list(zip([*self._before, *unnamed, *self._after], words, strict=True))
