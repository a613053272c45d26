"""What the order of a query's commands must be."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights.aggregates import AGGREGATES, PERCENTILE
from localcloud.telemetry.insights.errors import MalformedQueryError
from localcloud.telemetry.insights.syntax import Call, Field, Fields, Limit, Parse, Sort, Stats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from localcloud.telemetry.insights.syntax import Node

MOST_STATS = 2


def check(commands: Sequence[Node]) -> None:
    """Raise MalformedQueryError for commands that cannot follow each other."""
    known: set[str] | None = None
    seen = 0
    last = max((i for i, one in enumerate(commands) if isinstance(one, Stats)), default=-1)
    for index, command in enumerate(commands):
        if isinstance(command, (Sort, Limit)) and index < last:
            raise MalformedQueryError(
                "sort and limit must follow the last stats", command.start, command.end
            )
        if isinstance(command, Stats):
            seen += 1
            _check_stats(command, known, seen)
            known = {column.name for column in (*command.columns, *command.by)}
        elif known is not None:
            known |= _made(command)


def _check_stats(command: Stats, known: set[str] | None, seen: int) -> None:
    if seen > MOST_STATS:
        message = f"at most {MOST_STATS} stats commands are allowed"
        raise MalformedQueryError(message, command.start, command.end)
    for column in command.columns:
        if not any(_is_aggregate(one) for one in walk(column.expression)):
            expression = column.expression
            raise MalformedQueryError(
                "stats takes functions such as count(*) or avg(field): to group, write 'by'",
                expression.start,
                expression.end,
            )
    for node in walk(command):
        if known is not None and isinstance(node, Field) and node.name not in known:
            raise MalformedQueryError(
                f"the second stats cannot use {node.name!r}: the first one returns"
                f" {', '.join(sorted(known))}",
                node.start,
                node.end,
            )


def _made(command: Node) -> set[str]:
    if isinstance(command, Fields):
        return {column.name for column in command.columns}
    return set(command.names) if isinstance(command, Parse) else set()


def _is_aggregate(node: Node) -> bool:
    return isinstance(node, Call) and (node.function in AGGREGATES or node.function == PERCENTILE)


def walk(node: Any) -> Iterator[Node]:
    """Return *node* and all nodes within it."""
    if isinstance(node, tuple):
        for one in node:
            yield from walk(one)
    elif is_dataclass(node):
        yield node  # type: ignore[misc]
        for field in fields(node):
            yield from walk(getattr(node, field.name))
