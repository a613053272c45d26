"""Recursive descent parser of metric math.

Precedence, lowest first: `||`, `&&`, comparison, `+ -`, `* /`, unary `-`, `^` (to the right).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.alarms.math import tree
from localcloud.telemetry.alarms.math.tokens import MathError, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.telemetry.alarms.math.tokens import Token
    from localcloud.telemetry.alarms.math.tree import Node

MAX_LENGTH = 2048  # CloudWatch's limit of an expression
MAX_DEPTH = 50
MAX_OPERATORS = 200
"""A chain of operators is as deep a tree as it has operators."""

FUNCTIONS = {
    "AVG": (1, 1),
    "DIFF": (1, 1),
    "FILL": (2, 2),
    "IF": (2, 3),
    "MAX": (1, 1),
    "METRICS": (0, 1),
    "MIN": (1, 1),
    "PERIOD": (1, 1),
    "RATE": (1, 1),
    "SUM": (1, 1),
}
"""Functions -> fewest and most arguments."""

_OTHERS = (
    "ABS ANOMALY_DETECTION_BAND CEIL DATAPOINT_COUNT DATE DAY DB_PERF_INSIGHTS EPOCH FIRST "
    "FLOOR HOUR INSIGHT_RULE_METRIC LAMBDA LAST LOG LOG10 METRIC_COUNT MINUTE MONTH "
    "REMOVE_EMPTY RUNNING_SUM SEARCH SERVICE_QUOTA SLICE SORT STDDEV TIME_SERIES YEAR "
)
AWS_FUNCTIONS = frozenset(_OTHERS.split())
"""Functions of CloudWatch that are not evaluated here."""

_LEVELS = (
    ("||",),
    ("&&",),
    ("==", "!=", "<", ">", "<=", ">="),
    ("+", "-"),
    ("*", "/"),
)


def parse(expression: str) -> Node:
    """Return the tree of *expression*; raises MathError."""
    if len(expression) > MAX_LENGTH:
        raise MathError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH + 1)
    if expression.lstrip().upper().startswith("SELECT "):
        raise MathError("Metrics Insights queries (SELECT) are not evaluated", 1)
    return _Parser(tokens(expression)).whole()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0
        self._operators = 0

    def whole(self) -> Node:
        node = self._level(0)
        if self._now.kind != "end":
            raise MathError(f"unexpected {self._now.text!r}", self._now.position)
        return node

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, *operators: str) -> bool:
        return self._now.kind == "operator" and self._now.text in operators

    def _expect(self, operator: str) -> None:
        if not self._is(operator):
            got = repr(self._now.text) if self._now.kind != "end" else "the end"
            raise MathError(f"expected {operator!r}, got {got}", self._now.position)
        self._at += 1

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self._is(*_LEVELS[level]):
            operator = self._take()
            self._operators += 1
            if self._operators > MAX_OPERATORS:
                raise MathError(f"more than {MAX_OPERATORS} operators", operator.position)
            right = self._level(level + 1)
            left = tree.Operation(operator.text, left, right, operator.position)
        return left

    def _unary(self) -> Node:
        if self._is("-", "+"):
            sign = self._take()
            value = self._deeper(self._unary, sign)
            return tree.Negation(value, sign.position) if sign.text == "-" else value
        return self._power()

    def _power(self) -> Node:
        base = self._primary()
        if self._is("^"):
            operator = self._take()
            exponent = self._deeper(self._unary, operator)
            return tree.Operation("^", base, exponent, operator.position)
        return base

    def _primary(self) -> Node:
        token = self._take()
        if token.kind == "number":
            return tree.Number(float(token.text), token.position)
        if token.kind == "text":
            return tree.Text(token.text[1:-1], token.position)
        if token.kind == "name":
            return self._name(token)
        if token.text == "(" and token.kind == "operator":
            node = self._deeper(lambda: self._level(0), token)
            self._expect(")")
            return node
        if token.text == "[" and token.kind == "operator":
            return tree.Array(self._items("]", token), token.position)
        got = repr(token.text) if token.kind != "end" else "the end"
        raise MathError(f"expected a metric, a number or a function, got {got}", token.position)

    def _name(self, token: Token) -> Node:
        if not self._is("("):
            if token.text in ("REPEAT", "LINEAR"):
                return tree.Keyword(token.text, token.position)
            return tree.Reference(token.text, token.position)
        name = token.text
        if name not in FUNCTIONS:
            known = ", ".join(sorted(FUNCTIONS))
            if name in AWS_FUNCTIONS:
                raise MathError(f"{name} is not evaluated: use {known}", token.position)
            if name.upper() in FUNCTIONS:
                raise MathError(f"{name} is not a function: write {name.upper()}", token.position)
            raise MathError(f"{name} is not a function: use {known}", token.position)
        opening = self._take()
        arguments = self._items(")", opening)
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            allowed = str(fewest) if fewest == most else f"{fewest} to {most}"
            reason = f"{name} has {len(arguments)} arguments: give it {allowed}"
            raise MathError(reason, token.position)
        return tree.Function(name, arguments, token.position)

    def _items(self, closing: str, opening: Token) -> tuple[Node, ...]:
        items: list[Node] = []
        if not self._is(closing):
            items.append(self._deeper(lambda: self._level(0), opening))
            while self._is(","):
                self._take()
                items.append(self._deeper(lambda: self._level(0), opening))
        self._expect(closing)
        return tuple(items)

    def _deeper(self, parse_below: Callable[[], Node], token: Token) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MathError(f"nested deeper than {MAX_DEPTH} levels", token.position)
        node = parse_below()
        self._depth -= 1
        return node
