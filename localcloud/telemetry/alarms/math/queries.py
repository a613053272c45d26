"""The metric data queries of an alarm or of GetMetricData: checked, then evaluated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.alarms.math.evaluate import Scope, evaluate
from localcloud.telemetry.alarms.math.kinds import Kind, kind_of
from localcloud.telemetry.alarms.math.parser import parse
from localcloud.telemetry.alarms.math.tokens import MathError
from localcloud.telemetry.alarms.math.tree import references

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from localcloud.telemetry.alarms.math.evaluate import Series, Value
    from localcloud.telemetry.alarms.math.tree import Node

    Fetch = Callable[[Mapping[str, Any], int], Series]
    """Returns the values of a `MetricStat` with a period of so many seconds, on the grid."""

_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")


class QueryError(ValueError):
    """Raised for metric data queries that cannot be evaluated; names the id."""


def ordered(queries: Sequence[Mapping[str, Any]]) -> dict[str, Kind]:
    """Return ids and kinds in an order in which they can be evaluated; raises QueryError."""
    return {id_: kind for id_, kind, _ in _checked(queries)}


def period_of(queries: Sequence[Mapping[str, Any]]) -> int:
    """Return the seconds of a period: the longest of the metrics, or that of an expression."""
    periods = [int(one["MetricStat"]["Period"]) for one in queries if one.get("MetricStat")]
    periods += [int(one["Period"]) for one in queries if one.get("Period")]
    return max(periods, default=60)


def results(
    queries: Sequence[Mapping[str, Any]], grid: Sequence[int], period: int, fetch: Fetch
) -> dict[str, Value]:
    """Return the value of every query by id; raises QueryError."""
    by_id = {one["Id"]: one for one in queries}
    metrics = {
        id_: fetch(one["MetricStat"], period) for id_, one in by_id.items() if one.get("MetricStat")
    }
    found: dict[str, Value] = dict(metrics)
    for id_, _, node in _checked(queries):
        if node is not None:
            found[id_] = evaluate(node, Scope(grid, period, metrics, found))
    return found


def _checked(queries: Sequence[Mapping[str, Any]]) -> list[tuple[str, Kind, Node | None]]:
    nodes: dict[str, Node] = {}
    known: dict[str, Kind] = {}
    for one in queries:
        id_ = one.get("Id", "")
        if not _ID.fullmatch(id_):
            reason = f"id {id_!r}: begin with a lower-case letter, then letters, digits and _"
            raise QueryError(reason)
        if id_ in known or id_ in nodes:
            raise QueryError(f"id {id_!r} is used twice: give each query an id of its own")
        if bool(one.get("MetricStat")) == bool(one.get("Expression")):
            raise QueryError(f"{id_}: set either MetricStat or Expression")
        if one.get("MetricStat"):
            known[id_] = Kind.SERIES
        else:
            nodes[id_] = _parsed(id_, one["Expression"])
    found: list[tuple[str, Kind, Node | None]] = [(id_, Kind.SERIES, None) for id_ in known]
    while nodes:
        ready = [
            id_
            for id_, node in nodes.items()
            if not any(one.name in nodes for one in references(node))
        ]
        if not ready:
            raise QueryError(f"the expressions {', '.join(sorted(nodes))} refer to each other")
        for id_ in ready:
            node = nodes.pop(id_)
            try:
                known[id_] = kind_of(node, known)
            except MathError as error:
                raise QueryError(f"{id_}: {error}") from None
            found.append((id_, known[id_], node))
    return found


def _parsed(id_: str, expression: str) -> Node:
    try:
        return parse(expression)
    except MathError as error:
        raise QueryError(f"{id_}: {error}") from None
