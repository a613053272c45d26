"""Compile expressions into functions of a row."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights.functions import FUNCTIONS
from localcloud.telemetry.insights.rows import getter
from localcloud.telemetry.insights.syntax import (
    Binary,
    Call,
    Duration,
    Field,
    Literal,
    Match,
    Member,
    Unary,
)
from localcloud.telemetry.insights.units import MILLISECONDS
from localcloud.telemetry.insights.values import Instant, compare, equal, number, text, truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.telemetry.insights.rows import Row
    from localcloud.telemetry.insights.syntax import Node

    Compiled = Callable[[Row], Any]

_LARGEST_EXPONENT = 1024
_LARGEST = 1e300


def compiled(node: Node) -> Compiled:
    """Return a function that evaluates *node* for a row."""
    return _COMPILERS[type(node)](node)


def condition(node: Node) -> Callable[[Row], bool]:
    """Return a function that says whether *node* holds for a row."""
    function = compiled(node)
    return lambda row: truth(function(row))


def _literal(node: Literal) -> Compiled:
    value = node.value
    return lambda _: value


def _duration(node: Duration) -> Compiled:
    return lambda _: node


def _field(node: Field) -> Compiled:
    return getter(node.name)


def _unary(node: Unary) -> Compiled:
    operand = compiled(node.operand)
    if node.operator == "not":
        return lambda row: not truth(operand(row))

    def negative(row: Row) -> Any:
        found = number(operand(row))
        return None if found is None else -found

    return negative


def _binary(node: Binary) -> Compiled:
    left, right = compiled(node.left), compiled(node.right)
    if node.operator == "and":
        return lambda row: truth(left(row)) and truth(right(row))
    if node.operator == "or":
        return lambda row: truth(left(row)) or truth(right(row))
    if node.operator == "=":
        return lambda row: equal(left(row), right(row))
    if node.operator == "!=":
        return lambda row: not equal(left(row), right(row))
    if test := _ORDERS.get(node.operator):

        def ordered(row: Row) -> bool:
            found = compare(left(row), right(row))
            return found is not None and test(found, 0)

        return ordered
    function = _ARITHMETIC[node.operator]

    def calculated(row: Row) -> Any:
        first, second = number(left(row)), number(right(row))
        if first is None or second is None:
            return None
        try:
            found = function(first, second)
        except (ZeroDivisionError, OverflowError, ValueError):
            return None
        return found if abs(found) < _LARGEST else None

    return calculated


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > _LARGEST_EXPONENT:
        return math.pow(base, exponent)
    if base < 0 and exponent != int(exponent):
        raise ValueError(exponent)
    return base**exponent


def _match(node: Match) -> Compiled:
    operand, pattern = compiled(node.operand), node.pattern
    if isinstance(pattern, str):

        def contains(row: Row) -> bool:
            found = text(operand(row))
            return found is not None and pattern in found

        return contains
    search = pattern.search

    def matches(row: Row) -> bool:
        found = text(operand(row))
        return found is not None and search(found) is not None

    return matches


def _member(node: Member) -> Compiled:
    operand, values = compiled(node.operand), node.values

    def contained(row: Row) -> bool:
        found = operand(row)
        return any(equal(found, value) for value in values)

    return contained


def _call(node: Call) -> Compiled:
    if (fast := _periods_of_timestamp(node)) is not None:
        return fast
    function = FUNCTIONS[node.function]
    arguments = [compiled(one) for one in node.arguments]
    return lambda row: function(*[argument(row) for argument in arguments])


def _periods_of_timestamp(node: Call) -> Compiled | None:
    """Return a shorter function for `bin(5m)`, which groups most queries."""
    match node:
        case Call(
            function="bin", arguments=(Field(name="@timestamp") as field, Duration() as period)
        ) if period.unit in MILLISECONDS and period.unit != "w":
            length, timestamp = period.count * MILLISECONDS[period.unit], getter(field.name)

            def periods(row: Row) -> Any:
                found = row.event.timestamp if row.event else number(timestamp(row))
                return None if found is None else Instant(found - found % length)

            return periods
        case _:
            return None


_ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "^": _power,
}
_COMPILERS: dict[type[Node], Callable[[Any], Compiled]] = {
    Literal: _literal,
    Duration: _duration,
    Field: _field,
    Unary: _unary,
    Binary: _binary,
    Match: _match,
    Member: _member,
    Call: _call,
}
