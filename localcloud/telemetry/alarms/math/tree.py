"""The syntax tree of a metric math expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float
    position: int


@dataclass(frozen=True)
class Text:
    """A quoted string: the filter of METRICS."""

    value: str
    position: int


@dataclass(frozen=True)
class Reference:
    """The id of a metric or of another expression."""

    name: str
    position: int


@dataclass(frozen=True)
class Keyword:
    """REPEAT or LINEAR, the ways of FILL."""

    name: str
    position: int


@dataclass(frozen=True)
class Negation:
    """`-value`."""

    value: Node
    position: int


@dataclass(frozen=True)
class Operation:
    """An arithmetic, comparison or logical operator with two operands."""

    operator: str
    left: Node
    right: Node
    position: int


@dataclass(frozen=True)
class Function:
    """A call of a function."""

    name: str
    arguments: tuple[Node, ...]
    position: int


@dataclass(frozen=True)
class Array:
    """`[m1, m2]`."""

    items: tuple[Node, ...]
    position: int


Node = Number | Text | Reference | Keyword | Negation | Operation | Function | Array


def walk(node: Node) -> Iterator[Node]:
    """Yield *node* and every node below it."""
    yield node
    below: tuple[Node, ...] = ()
    match node:
        case Negation(value=value):
            below = (value,)
        case Operation(left=left, right=right):
            below = (left, right)
        case Function(arguments=arguments):
            below = arguments
        case Array(items=items):
            below = items
        case _:
            pass
    for each in below:
        yield from walk(each)


def references(node: Node) -> list[Reference]:
    """Return the ids that *node* reads, in the order of the text."""
    return [one for one in walk(node) if isinstance(one, Reference)]
