"""What an expression returns: a number, a time series or an array of them; checked before use."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from localcloud.telemetry.alarms.math import tree
from localcloud.telemetry.alarms.math.tokens import MathError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.alarms.math.tree import Node


class Kind(StrEnum):
    """What a node returns."""

    NUMBER = "a number"
    SERIES = "a time series"
    ARRAY = "an array of time series"


def kind_of(node: Node, known: Mapping[str, Kind]) -> Kind:
    """Return what *node* returns, from the *known* kinds of the ids; raises MathError."""
    match node:
        case tree.Number():
            return Kind.NUMBER
        case tree.Reference(name, position):
            if name in known:
                return known[name]
            raise MathError(f"unknown id {name}", position)
        case tree.Negation(value=value):
            return kind_of(value, known)
        case tree.Operation():
            return _of_operation(node, known)
        case tree.Array(items=items):
            return _of_array(items, known)
        case tree.Function():
            return _of_function(node, known)
        case tree.Text(position=position):
            raise MathError("a quoted text is the argument of METRICS only", position)
        case tree.Keyword(name, position):
            raise MathError(f"{name} is the second argument of FILL only", position)


def _of_array(items: tuple[Node, ...], known: Mapping[str, Kind]) -> Kind:
    for item in items:
        _require(item, known, Kind.SERIES)
    return Kind.ARRAY


def _of_operation(node: tree.Operation, known: Mapping[str, Kind]) -> Kind:
    kinds = {kind_of(node.left, known), kind_of(node.right, known)}
    if kinds == {Kind.ARRAY}:
        reason = f"{node.operator} of two arrays: use SUM, AVG, MIN or MAX of one of them"
        raise MathError(reason, node.position)
    for kind in (Kind.ARRAY, Kind.SERIES):
        if kind in kinds:
            return kind
    return Kind.NUMBER


def _of_function(node: tree.Function, known: Mapping[str, Kind]) -> Kind:
    arguments = node.arguments
    match node.name:
        case "METRICS":
            for one in arguments:
                if not isinstance(one, tree.Text):
                    raise MathError('METRICS takes a quoted text: METRICS("errors")', one.position)
            return Kind.ARRAY
        case "SUM" | "AVG" | "MIN" | "MAX":
            found = _require(arguments[0], known, Kind.SERIES, Kind.ARRAY)
            return Kind.NUMBER if found is Kind.SERIES else Kind.SERIES
        case "PERIOD":
            _require(arguments[0], known, Kind.SERIES)
            return Kind.NUMBER
        case "FILL":
            found = _require(arguments[0], known, Kind.SERIES, Kind.ARRAY)
            if not isinstance(arguments[1], tree.Keyword):
                _require(arguments[1], known, Kind.NUMBER, Kind.SERIES)
            return found
        case "IF":
            kinds = [_require(one, known, Kind.NUMBER, Kind.SERIES) for one in arguments]
            return Kind.SERIES if Kind.SERIES in kinds else Kind.NUMBER
        case _:  # DIFF, RATE
            return _require(arguments[0], known, Kind.SERIES, Kind.ARRAY)


def _require(node: Node, known: Mapping[str, Kind], *allowed: Kind) -> Kind:
    found = kind_of(node, known)
    if found not in allowed:
        wanted = " or ".join(allowed)
        raise MathError(f"expected {wanted}, got {found}", node.position)
    return found
