"""The parts of a parsed query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re


@dataclass(frozen=True)
class Node:
    """A part of the text between two offsets."""

    start: int
    end: int


@dataclass(frozen=True)
class Literal(Node):
    """A number, a string, or a list of them."""

    value: Any


@dataclass(frozen=True)
class Duration(Node):
    """A period such as `5m`: a number of one unit."""

    count: int
    unit: str
    """`ms s m h d w mo q y`."""


@dataclass(frozen=True)
class Field(Node):
    """The value of a field."""

    name: str


@dataclass(frozen=True)
class Unary(Node):
    """`not` or `-` of an expression."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary(Node):
    """An operator between two expressions."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Match(Node):
    """`like`, or `=~`: a regular expression, or a part of the text."""

    operand: Node
    pattern: re.Pattern[str] | str


@dataclass(frozen=True)
class Member(Node):
    """`in [...]`."""

    operand: Node
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Call(Node):
    """A function of some arguments; `count(*)` has none."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Column:
    """An expression, and the name of its result."""

    expression: Node
    name: str

    @property
    def renamed(self) -> bool:
        """Whether the result is not a field as it is."""
        return not (isinstance(self.expression, Field) and self.expression.name == self.name)


@dataclass(frozen=True)
class Fields(Node):
    """`fields` and `display`."""

    columns: tuple[Column, ...]
    only: bool
    """Whether nothing else is displayed, as by `display`."""


@dataclass(frozen=True)
class Filter(Node):
    """`filter`."""

    condition: Node


@dataclass(frozen=True)
class Parse(Node):
    """`parse`: new fields by a regular expression's groups."""

    source: Node
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    """Of the groups in order."""


@dataclass(frozen=True)
class Stats(Node):
    """`stats ... by ...`."""

    columns: tuple[Column, ...]
    by: tuple[Column, ...]


@dataclass(frozen=True)
class Sort(Node):
    """`sort`."""

    keys: tuple[tuple[Node, bool], ...]
    """Expressions, each with whether it is descending."""


@dataclass(frozen=True)
class Limit(Node):
    """`limit`."""

    count: int


@dataclass(frozen=True)
class Dedup(Node):
    """`dedup`."""

    keys: tuple[Node, ...]


@dataclass(frozen=True)
class Query:
    """A parsed query."""

    text: str
    commands: tuple[Node, ...]
