"""Parse expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights import aggregates, patterns
from localcloud.telemetry.insights.errors import MalformedQueryError
from localcloud.telemetry.insights.functions import FUNCTIONS
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
from localcloud.telemetry.insights.tokens import Kind
from localcloud.telemetry.insights.units import UNITS

if TYPE_CHECKING:
    from localcloud.telemetry.insights.cursor import Cursor
    from localcloud.telemetry.insights.syntax import Node
    from localcloud.telemetry.insights.tokens import Token

DEEPEST = 50
"""How deep expressions may be nested."""
MOST_OPERANDS = 200
"""Fields and values of a query, those in lists not counted."""
RESERVED = frozenset({"and", "or", "not", "like", "in", "as", "by"})
_COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")
_BOOLEANS = {"true": True, "false": False}
_LEVELS = (("+", "-"), ("*", "/", "%"))
_MOST_PERCENT = 100


class Expressions:
    """A parser of expressions."""

    def __init__(self, cursor: Cursor) -> None:
        """Read from *cursor*."""
        self._cursor = cursor
        self._depth = 0
        self._operands = 0
        self._aggregates = False

    def expression(self, *, aggregates: bool = False) -> Node:
        """Take an expression, in which `stats`' functions are allowed if *aggregates*."""
        self._aggregates = aggregates
        return self._or()

    def _or(self) -> Node:
        if self._depth >= DEEPEST:
            self._cursor.fail("the expression is nested too deeply")
        self._depth += 1
        left = self._and()
        while self._cursor.taken("or"):
            right = self._and()
            left = Binary(left.start, right.end, "or", left, right)
        self._depth -= 1
        return left

    def _and(self) -> Node:
        left = self._not()
        while self._cursor.taken("and"):
            right = self._not()
            left = Binary(left.start, right.end, "and", left, right)
        return left

    def _not(self) -> Node:
        start, count = self._cursor.token.start, 0
        while self._cursor.taken("not"):
            count += 1
        found = self._comparison()
        return Unary(start, found.end, "not", found) if count % 2 else found

    def _comparison(self) -> Node:
        left = self._sum(0)
        if operator := self._cursor.taken(*_COMPARISONS):
            right = self._sum(0)
            return Binary(left.start, right.end, operator, left, right)
        negated = bool(self._cursor.taken("not"))
        if self._cursor.taken("like"):
            found = self._match(left)
        elif self._cursor.taken("in"):
            found = Member(left.start, 0, left, self._values())
        elif negated:
            self._cursor.fail("expected 'like' or 'in' after 'not'")
        elif self._cursor.taken("=~"):
            found = self._match(left)
        else:
            return left
        return Unary(left.start, self._cursor.end, "not", found) if negated else found

    def _match(self, operand: Node) -> Match:
        start = self._cursor.token.start
        text = self._cursor.regex()
        if text is None:
            if self._cursor.token.kind is not Kind.STRING:
                self._cursor.fail("expected a text in quotes or a /regular expression/")
            return Match(operand.start, self._cursor.end, operand, self._cursor.take().text)
        pattern = patterns.regex(text, start, self._cursor.end)
        return Match(operand.start, self._cursor.end, operand, pattern)

    def _values(self) -> tuple[Any, ...]:
        """Take a list of numbers and texts."""
        self._cursor.need("[")
        found: list[Any] = []
        while not found or self._cursor.taken(","):
            negative = bool(self._cursor.taken("-"))
            token = self._cursor.token
            if token.kind not in {Kind.NUMBER, Kind.STRING} or (
                negative and token.kind is Kind.STRING
            ):
                self._cursor.fail("expected a number or a text in quotes")
            value = _constant(self._cursor.take())
            found.append(-value if negative else value)
        self._cursor.need("]")
        return tuple(found)

    def _sum(self, level: int) -> Node:
        """Take operands and operators of a level: sums, then products, then powers."""
        if level == len(_LEVELS):
            return self._power()
        left = self._sum(level + 1)
        while operator := self._cursor.taken(*_LEVELS[level]):
            right = self._sum(level + 1)
            left = Binary(left.start, right.end, operator, left, right)
        return left

    def _power(self) -> Node:
        start, negative = self._cursor.token.start, False
        while self._cursor.taken("-"):
            negative = not negative
        operands = [self._operand()]
        while self._cursor.taken("^"):
            signed = self._cursor.token.start
            minus = bool(self._cursor.taken("-"))
            found = self._operand()
            operands.append(Unary(signed, found.end, "-", found) if minus else found)
        right = operands.pop()
        while operands:
            left = operands.pop()
            right = Binary(left.start, right.end, "^", left, right)
        return Unary(start, right.end, "-", right) if negative else right

    def _operand(self) -> Node:
        cursor, token = self._cursor, self._cursor.token
        self._operands += 1
        if self._operands > MOST_OPERANDS:
            cursor.fail(f"the query has more than {MOST_OPERANDS} operands")
        if token.kind in {Kind.NUMBER, Kind.STRING}:
            cursor.take()
            return Literal(token.start, token.end, _constant(token))
        if cursor.taken("("):
            inner = self._or()
            cursor.need(")")
            return inner
        if token.kind is Kind.DURATION:
            cursor.fail("a period is an argument of bin, datefloor or dateceil alone")
        if token.kind not in {Kind.NAME, Kind.QUOTED_NAME} or token.word in RESERVED:
            cursor.fail("expected a field, a value or a function")
        cursor.take()
        if token.kind is Kind.NAME and cursor.token.word == "(":
            return self._call(token)
        if token.word in _BOOLEANS:
            return Literal(token.start, token.end, _BOOLEANS[token.word])
        return Field(token.start, cursor.end, token.text)

    def _call(self, name: Token) -> Node:
        function = name.word
        aggregate = function in aggregates.AGGREGATES or function == aggregates.PERCENTILE
        if not aggregate and function not in FUNCTIONS:
            known = ", ".join(sorted([*FUNCTIONS, *aggregates.AGGREGATES, aggregates.PERCENTILE]))
            raise MalformedQueryError(
                f"unknown function {name.text!r}: there are {known}", name.start, name.end
            )
        if not aggregate:
            return self._function(name)
        if not self._aggregates:
            raise MalformedQueryError(
                f"{name.text} is a function of stats alone, and takes no other of them",
                name.start,
                name.end,
            )
        self._cursor.need("(")
        self._aggregates = False
        found = self._aggregate(name)
        self._aggregates = True
        return found

    def _aggregate(self, name: Token) -> Call:
        cursor = self._cursor
        arguments: list[Node] = []
        counting = name.word == "count"
        if not (counting and (cursor.taken("*") or cursor.token.word == ")")):
            arguments.append(self._or())
        if name.word == aggregates.PERCENTILE:
            cursor.need(",")
            token = cursor.token
            if token.kind is not Kind.NUMBER or not 0 <= _constant(token) <= _MOST_PERCENT:
                cursor.fail("expected a percentage between 0 and 100")
            cursor.take()
            arguments.append(Literal(token.start, token.end, _constant(token)))
        cursor.need(")")
        return Call(name.start, cursor.end, name.word, tuple(arguments))

    def _function(self, name: Token) -> Call:
        cursor, function = self._cursor, FUNCTIONS[name.word]
        cursor.need("(")
        arguments: list[Node] = []
        if name.word == "bin":
            arguments.append(Field(name.start, name.end, "@timestamp"))
        while cursor.token.word != ")":
            if arguments and not (name.word == "bin" and len(arguments) == 1):
                cursor.need(",")
            period = function.period and len(arguments) == function.most - 1  # type: ignore[operator]
            arguments.append(self._period() if period else self._or())
        cursor.need(")")
        count, most = len(arguments), function.most
        if count < function.least or (most is not None and count > most):
            wanted = _arity(function.least, most)
            raise MalformedQueryError(
                f"{name.text} takes {wanted}, not {count}", name.start, cursor.end
            )
        return Call(name.start, cursor.end, name.word, tuple(arguments))

    def _period(self) -> Duration:
        token = self._cursor.token
        count = token.text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        unit = UNITS.get(token.text[len(count) :].lower())
        if token.kind is not Kind.DURATION or not count.isdigit() or not int(count) or not unit:
            self._cursor.fail("expected a period such as 30s, 5m, 1h or 1d")
        self._cursor.take()
        return Duration(token.start, token.end, int(count), unit)


def _constant(token: Token) -> Any:
    if token.kind is Kind.STRING:
        return token.text
    return int(token.text) if token.text.isdigit() else float(token.text)


def _arity(least: int, most: int | None) -> str:
    if most is None:
        return f"{least} or more arguments"
    return f"{least} arguments" if least == most else f"{least} to {most} arguments"
