"""`stats`: one row for each group."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights.aggregates import AGGREGATES, PERCENTILE, Percentile
from localcloud.telemetry.insights.compiling import compiled
from localcloud.telemetry.insights.errors import EvaluationError
from localcloud.telemetry.insights.rows import Row
from localcloud.telemetry.insights.syntax import Call, Field, Literal
from localcloud.telemetry.insights.values import Instant, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.telemetry.insights.aggregates import Aggregate
    from localcloud.telemetry.insights.syntax import Node, Stats

MOST_GROUPS = 100_000
"""Groups of a query: more need more memory than a query may have."""


@dataclass
class _Aggregation:
    """The aggregates of a command, each with the value that it takes of a row."""

    makers: list[Callable[[], Aggregate]] = field(default_factory=list)
    values: list[Callable[[Row], Any]] = field(default_factory=list)

    def without(self, node: Any) -> Any:
        """Return *node* with a field in place of every aggregate, which is added to this."""
        if isinstance(node, Call) and (node.function in AGGREGATES or node.function == PERCENTILE):
            return self._added(node)
        if isinstance(node, tuple):
            return tuple(self.without(one) for one in node)
        if is_dataclass(node) and not isinstance(node, type):
            changed = {one.name: self.without(getattr(node, one.name)) for one in fields(node)}
            return replace(node, **changed)
        return node

    def _added(self, call: Call) -> Field:
        self.makers.append(_maker(call))
        self.values.append(compiled(call.arguments[0]) if call.arguments else _present)
        return Field(call.start, call.end, _name(len(self.makers) - 1))


def grouped(command: Stats, rows: Iterator[Row]) -> Iterator[Row]:
    """Return a row for each group, those of which first rows came first."""
    aggregation = _Aggregation()
    columns: list[tuple[str, Node]] = [
        (column.name, aggregation.without(column.expression)) for column in command.columns
    ]
    by = [(column.name, compiled(column.expression)) for column in command.by]
    groups: dict[tuple[str | int | None, ...], tuple[list[Any], list[Aggregate]]] = {}
    for row in rows:
        keys = [function(row) for _, function in by]
        identity = tuple([_identity(key) for key in keys])
        group = groups.get(identity)
        if group is None:
            if len(groups) == MOST_GROUPS:
                raise EvaluationError(f"the query has more than {MOST_GROUPS} groups")
            group = groups[identity] = (keys, [make() for make in aggregation.makers])
        time = row.time
        for value, aggregate in zip(aggregation.values, group[1], strict=True):
            aggregate.add(value(row), time)
    if not groups and not by:
        groups[()] = ([], [make() for make in aggregation.makers])
    results = [(name, compiled(node)) for name, node in columns]
    for keys, aggregates in groups.values():
        hidden = {_name(i): one.result() for i, one in enumerate(aggregates)}
        made = Row(None, hidden)
        values = {name: function(made) for name, function in results}
        values.update({name: key for (name, _), key in zip(by, keys, strict=True)})
        yield Row(None, values)


def _maker(call: Call) -> Callable[[], Aggregate]:
    if call.function != PERCENTILE:
        return AGGREGATES[call.function]
    percent = call.arguments[1]
    value = percent.value if isinstance(percent, Literal) else 0
    return lambda: Percentile(value)


def _identity(key: Any) -> str | int | None:
    """Return what is the same for keys of one group: their text, which is slow for dates."""
    return key if isinstance(key, (str, Instant)) else text(key)


def _present(_: Row) -> bool:
    return True


def _name(index: int) -> str:
    """Return a name that no query can write."""
    return f"\n{index}"
