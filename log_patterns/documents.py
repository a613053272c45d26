"""JSON patterns: `{ ($.status >= 500) && $.user.name = "A*" || $.flag IS TRUE }`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from log_patterns.comparisons import read_comparison, text_of
from log_patterns.errors import PatternError
from log_patterns.line import MISSING
from log_patterns.scanner import COMPARISONS, SELECTOR, Cursor, scan

if TYPE_CHECKING:
    from log_patterns.comparisons import Comparison
    from log_patterns.line import Line
    from log_patterns.scanner import Condition

STEP = re.compile(r"\.?\['([^']+)'\]|\[(\d+|\*)\]|\.([A-Za-z0-9_-]+|\*)")
MAX_WILDCARDS = 3


@dataclass(frozen=True)
class Selector:
    """The way to a value of a document: names, indices and `*`."""

    text: str
    steps: tuple[str | int | None, ...]
    """None is a wildcard."""

    @staticmethod
    def read(text: str) -> Selector:
        """Parse a selector such as `$.items[0].id`."""
        if not SELECTOR.fullmatch(text):
            raise PatternError(f"'{text}' is no selector: write names after $, such as $.user.id")
        steps: list[str | int | None] = []
        for quoted, index, name in STEP.findall(text[1:]):
            wildcard = "*" in (index, name)
            steps.append(None if wildcard else quoted or name or int(index))
        if steps.count(None) > 1:
            raise PatternError(f"'{text}' has more than one wildcard: keep one")
        return Selector(text, tuple(steps))

    def values(self, document: Any) -> list[Any]:
        """Return the values that *document* has there; [] if there is none."""
        found = [document]
        for step in self.steps:
            found = [value for one in found for value in _children(one, step)]
        return found


def _children(value: Any, step: str | int | None) -> list[Any]:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        if step is None:
            return list(members.values())
        return [members[step]] if isinstance(step, str) and step in members else []
    if isinstance(value, list):
        items = cast("list[Any]", value)
        if step is None:
            return items
        return [items[step]] if isinstance(step, int) and step < len(items) else []
    return []


@dataclass(frozen=True)
class Compares:
    """A selected value compared; one that is missing, or not a single value, never holds."""

    selector: Selector
    comparison: Comparison

    def holds(self, value: Any) -> bool:
        """Say whether one selected value of the document holds."""
        return any(map(self.comparison.holds, self.selector.values(value)))


@dataclass(frozen=True)
class Is:
    """A selected value that is null, true or false."""

    selector: Selector
    wanted: bool | None

    def holds(self, value: Any) -> bool:
        """Say whether one selected value of the document is the wanted one."""
        return any(found is self.wanted for found in self.selector.values(value))


@dataclass(frozen=True)
class NotExists:
    """A selector that leads to nothing."""

    selector: Selector

    def holds(self, value: Any) -> bool:
        """Say whether the document has no such value."""
        return not self.selector.values(value)


class DocumentPattern:
    """Matches a line that is JSON and fulfils the condition."""

    def __init__(self, text: str) -> None:
        """Parse *text*, with its braces."""
        start, end = text.index("{"), text.rfind("}")
        if end < start or text[end + 1 :].strip():
            raise PatternError("a pattern that begins with '{' must end with '}'")
        tokens = scan(text, start + 1, end)
        self.expressions = sum(token.kind == "regex" for token in tokens)
        self._cursor = Cursor(tokens)
        self.selectors: list[Selector] = []
        self._condition = self._cursor.condition(self._one)
        if not self._cursor.at("end"):
            raise self._cursor.expected("'&&', '||' or '}'")
        wildcards = sum(None in selector.steps for selector in self.selectors)
        if wildcards > MAX_WILDCARDS:
            raise PatternError(f"a pattern may have {MAX_WILDCARDS} selectors with a wildcard")

    def _one(self) -> Condition:
        cursor = self._cursor
        if not cursor.at("selector"):
            raise cursor.expected("a selector such as $.status")
        selector = Selector.read(cursor.take().text)
        self.selectors.append(selector)
        word = cursor.token.text.upper() if cursor.at("bare") else ""
        if word == "IS":
            cursor.take()
            wanted = {"NULL": None, "TRUE": True, "FALSE": False}
            name = cursor.token.text.upper()
            if not cursor.at("bare") or name not in wanted:
                raise cursor.expected("NULL, TRUE or FALSE")
            cursor.take()
            return Is(selector, wanted[name])
        if word == "NOT":
            cursor.take()
            if not cursor.at("bare") or cursor.token.text.upper() != "EXISTS":
                raise cursor.expected("EXISTS")
            cursor.take()
            return NotExists(selector)
        return Compares(selector, read_comparison(cursor, COMPARISONS))

    def matches(self, line: Line) -> bool:
        """Say whether *line* matches."""
        document = line.document
        return document is not MISSING and self._condition.holds(document)

    def fields(self, line: Line) -> dict[str, str]:
        """Return the single values that the pattern's selectors find."""
        document = line.document
        found: dict[str, str] = {}
        for selector in self.selectors:
            for value in selector.values(document)[:1]:
                if value is not None and not isinstance(value, (dict, list)):
                    found[selector.text] = text_of(value)
        return found
