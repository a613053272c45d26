"""Evaluate a query over log events, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights.compiling import compiled, condition
from localcloud.telemetry.insights.grouping import grouped
from localcloud.telemetry.insights.parser import MOST_ROWS
from localcloud.telemetry.insights.rows import Row, getter, pointer
from localcloud.telemetry.insights.syntax import (
    Dedup,
    Fields,
    Filter,
    Limit,
    Parse,
    Sort,
    Stats,
)
from localcloud.telemetry.insights.values import order, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from localcloud.telemetry.insights.rows import Event
    from localcloud.telemetry.insights.syntax import Node, Query

DISPLAYED = ("@timestamp", "@message")
"""What a query displays that names no fields."""


@dataclass
class Statistics:
    """What a query read."""

    matched: int = 0
    """Events that passed the filters."""
    scanned: int = 0
    bytes_scanned: int = 0


@dataclass
class Result:
    """Rows of pairs of field and value, and what was read for them."""

    rows: list[list[tuple[str, str]]] = field(default_factory=list)
    statistics: Statistics = field(default_factory=Statistics)


def evaluate(query: Query, events: Iterable[Event], limit: int = MOST_ROWS) -> Result:
    """Return the result of *query* over *events*, which must be in order, the newest first.

    At most *limit* rows are returned if the query has no limit of its own.
    """
    result = Result()
    rows: Iterator[Row] = _read(events, result.statistics)
    counted = _count_after(query.commands)
    for index, command in enumerate(query.commands):
        if index == counted:
            rows = _counted(rows, result.statistics)
        rows = _STAGES[type(command)](command, rows)
    if counted == len(query.commands):
        rows = _counted(rows, result.statistics)
    if not any(isinstance(command, Limit) for command in query.commands):
        rows = _first(rows, limit)
    columns = displayed(query.commands)
    getters = [(name, getter(name)) for name in columns]
    for row in rows:
        shown = [(name, text(get(row))) for name, get in getters]
        pairs = [(name, value) for name, value in shown if value is not None]
        if row.event is not None:
            pairs.append(("@ptr", pointer(row.event)))
        result.rows.append(pairs)
    return result


def displayed(commands: Iterable[Node]) -> list[str]:
    """Return the names of the columns that *commands* display."""
    names: list[str] = []
    only = False
    for command in commands:
        match command:
            case Fields(only=True):
                names = [column.name for column in command.columns]
                only = True
            case Fields() if not only:
                names += [column.name for column in command.columns]
            case Parse() if not only:
                names += command.names
            case Stats():
                names = [column.name for column in (*command.by, *command.columns)]
                only = False
            case _:
                pass
    parsed_alone = not any(isinstance(command, (Fields, Stats)) for command in commands)
    return list(dict.fromkeys([*DISPLAYED, *names] if parsed_alone else names))


def _read(events: Iterable[Event], statistics: Statistics) -> Iterator[Row]:
    for event in events:
        statistics.scanned += 1
        statistics.bytes_scanned += len(event.message)
        yield Row(event)


def _count_after(commands: tuple[Node, ...]) -> int:
    """Return the index behind the last filter before rows are grouped, dropped or limited."""
    for index, command in enumerate(commands):
        if isinstance(command, (Stats, Limit, Dedup)):
            return index
    return len(commands)


def _counted(rows: Iterator[Row], statistics: Statistics) -> Iterator[Row]:
    for row in rows:
        statistics.matched += 1
        yield row


def _first(rows: Iterator[Row], count: int) -> Iterator[Row]:
    """Return the first *count* rows; the others are still counted."""
    for index, row in enumerate(rows):
        if index < count:
            yield row


def _fields(command: Fields, rows: Iterator[Row]) -> Iterator[Row]:
    made = [(one.name, compiled(one.expression)) for one in command.columns if one.renamed]
    if not made:
        return rows
    return _with_fields(made, rows)


def _with_fields(
    made: list[tuple[str, Callable[[Row], Any]]], rows: Iterator[Row]
) -> Iterator[Row]:
    for row in rows:
        for name, function in made:
            row.values[name] = function(row)
        yield row


def _filter(command: Filter, rows: Iterator[Row]) -> Iterator[Row]:
    return filter(condition(command.condition), rows)


def _parse(command: Parse, rows: Iterator[Row]) -> Iterator[Row]:
    source, search, names = compiled(command.source), command.pattern.search, command.names
    for row in rows:
        found = search(text(source(row)) or "")
        if found is not None:
            row.values.update(zip(names, found.groups(), strict=True))
        yield row


def _sort(command: Sort, rows: Iterator[Row]) -> Iterator[Row]:
    kept = list(rows)
    for expression, descending in reversed(command.keys):
        function = compiled(expression)
        kept.sort(key=lambda row, of=function: order(of(row)), reverse=descending)
    yield from kept


def _limit(command: Limit, rows: Iterator[Row]) -> Iterator[Row]:
    return _first(rows, command.count)


def _dedup(command: Dedup, rows: Iterator[Row]) -> Iterator[Row]:
    functions = [compiled(key) for key in command.keys]
    seen: set[tuple[str | None, ...]] = set()
    for row in rows:
        key = tuple(text(function(row)) for function in functions)
        if None in key or key not in seen:
            seen.add(key)
            yield row


_STAGES: dict[type[Node], Callable[[Any, Iterator[Row]], Iterator[Row]]] = {
    Fields: _fields,
    Filter: _filter,
    Parse: _parse,
    Stats: grouped,
    Sort: _sort,
    Limit: _limit,
    Dedup: _dedup,
}
