"""Values of a metric math expression.

A missing datapoint is absent from its series; a number without a value (the average of nothing) is
NaN, and whatever is calculated with it is missing. So is what divides by zero.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from localcloud.telemetry.alarms.math import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from localcloud.telemetry.alarms.math.tree import Node

Series = dict[int, float]
"""Values by start of period, in seconds since the epoch."""

Value = float | Series | list[Series]

_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "<": lambda a, b: float(a < b),
    ">": lambda a, b: float(a > b),
    "<=": lambda a, b: float(a <= b),
    ">=": lambda a, b: float(a >= b),
    "&&": lambda a, b: float(bool(a) and bool(b)),
    "||": lambda a, b: float(bool(a) or bool(b)),
}


@dataclass(frozen=True)
class Scope:
    """What an expression is evaluated over."""

    grid: Sequence[int]
    """Starts of the periods, ascending."""
    period: int
    """Seconds."""
    metrics: Mapping[str, Series]
    """The metrics by id, which METRICS() returns."""
    results: Mapping[str, Value]
    """Metrics and other expressions by id."""


def evaluate(node: Node, scope: Scope) -> Value:
    """Return the value of *node*, whose kind was checked."""
    match node:
        case tree.Number(value=value):
            return value
        case tree.Reference(name=name):
            return scope.results[name]
        case tree.Negation(value=value):
            return _each(evaluate(value, scope), operator.neg)
        case tree.Operation():
            left, right = evaluate(node.left, scope), evaluate(node.right, scope)
            return _combined(_OPERATORS[node.operator], left, right)
        case tree.Array(items=items):
            return [_series(evaluate(one, scope)) for one in items]
        case tree.Function():
            return _function(node, scope)
        case _:
            raise TypeError(node)


def _function(node: tree.Function, scope: Scope) -> Value:
    if node.name == "METRICS":
        part = next((one.value for one in node.arguments if isinstance(one, tree.Text)), "")
        return [values for name, values in scope.metrics.items() if part in name]
    if node.name == "PERIOD":
        return float(scope.period)
    first = evaluate(node.arguments[0], scope)
    if node.name == "IF":
        return _chosen(first, [evaluate(one, scope) for one in node.arguments[1:]], scope)
    if node.name == "FILL":
        return _filled(first, node.arguments[1], scope)
    if node.name in _CHANGES:
        return _pairs(first, _CHANGES[node.name])
    return _aggregated(_AGGREGATES[node.name], first, scope)


def _average(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


_AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "AVG": _average,
    "MAX": max,
    "MIN": min,
    "SUM": math.fsum,
}
_CHANGES: dict[str, Callable[[float, int], float]] = {
    "DIFF": lambda change, _: change,
    "RATE": operator.truediv,
}


def _aggregated(aggregate: Callable[[Sequence[float]], float], value: Value, scope: Scope) -> Value:
    """Return the aggregate over time of a series, or across an array for each period."""
    if isinstance(value, list):
        found: Series = {}
        for time in scope.grid:
            if present := [one[time] for one in value if time in one]:
                found[time] = aggregate(present)
        return _finite(found)
    values = list(_series(value).values())
    return aggregate(values) if values else math.nan


def _combined(calculate: Callable[[float, float], float], left: Value, right: Value) -> Value:
    if isinstance(left, list):
        return [_series(_combined(calculate, one, right)) for one in left]
    if isinstance(right, list):
        return [_series(_combined(calculate, left, one)) for one in right]
    if isinstance(left, dict) and isinstance(right, dict):
        return _finite({t: _safe(calculate, left[t], right[t]) for t in left if t in right})
    if isinstance(left, dict):
        number = _number(right)
        return _finite({time: _safe(calculate, one, number) for time, one in left.items()})
    if isinstance(right, dict):
        return _finite({time: _safe(calculate, left, one) for time, one in right.items()})
    return _safe(calculate, left, right)


def _safe(calculate: Callable[[float, float], float], left: float, right: float) -> float:
    if math.isnan(left) or math.isnan(right):
        return math.nan
    try:
        return calculate(left, right)
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan


def _each(value: Value, calculate: Callable[[float], float]) -> Value:
    if isinstance(value, list):
        return [{time: calculate(v) for time, v in one.items()} for one in value]
    if isinstance(value, dict):
        return {time: calculate(v) for time, v in value.items()}
    return calculate(value)


def _chosen(condition: Value, branches: Sequence[Value], scope: Scope) -> Value:
    values = [condition, *branches]
    if not any(isinstance(one, dict) for one in values):
        chosen = 0 if _number(condition) else 1
        missing = math.isnan(_number(condition)) or chosen == len(branches)
        return math.nan if missing else branches[chosen]
    found: Series = {}
    for time in scope.grid:
        holds = _at(condition, time)
        if not math.isnan(holds):
            chosen = 0 if holds else 1
            found[time] = _at(branches[chosen], time) if chosen < len(branches) else math.nan
    return _finite(found)


def _at(value: Value, time: int) -> float:
    return value.get(time, math.nan) if isinstance(value, dict) else _number(value)


def _filled(value: Value, by: Node, scope: Scope) -> Value:
    if isinstance(value, list):
        return [_series(_filled(one, by, scope)) for one in value]
    series = _series(value)
    if isinstance(by, tree.Keyword):
        return _repeated(series, scope) if by.name == "REPEAT" else _interpolated(series, scope)
    other = evaluate(by, scope)
    return _finite({time: series.get(time, _at(other, time)) for time in scope.grid})


def _repeated(series: Series, scope: Scope) -> Series:
    found: Series = {}
    last = math.nan
    for time in scope.grid:
        last = series.get(time, last)
        found[time] = last
    return _finite(found)


def _interpolated(series: Series, scope: Scope) -> Series:
    found = dict(series)
    times = sorted(series)
    for before, after in pairwise(times):
        slope = (series[after] - series[before]) / (after - before)
        for time in scope.grid:
            if before < time < after:
                found[time] = series[before] + slope * (time - before)
    return {time: found[time] for time in sorted(found)}


def _pairs(value: Value, calculate: Callable[[float, int], float]) -> Value:
    """Return what follows from each change and the seconds since the datapoint before."""
    if isinstance(value, list):
        return [_series(_pairs(one, calculate)) for one in value]
    series = _series(value)
    times = sorted(series)
    return _finite(
        {
            after: calculate(series[after] - series[before], after - before)
            for before, after in pairwise(times)
        }
    )


def _finite(series: Series) -> Series:
    return {time: value for time, value in series.items() if math.isfinite(value)}


def _series(value: Value) -> Series:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def _number(value: Value) -> float:
    if isinstance(value, (dict, list)):
        raise TypeError(value)
    return value
