"""Parse a query: `parse(text)` returns its commands, or raises MalformedQueryError."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.insights import patterns
from localcloud.telemetry.insights.checks import check
from localcloud.telemetry.insights.cursor import Cursor
from localcloud.telemetry.insights.errors import MalformedQueryError
from localcloud.telemetry.insights.expressions import Expressions
from localcloud.telemetry.insights.syntax import (
    Column,
    Dedup,
    Field,
    Fields,
    Filter,
    Limit,
    Parse,
    Query,
    Sort,
    Stats,
)
from localcloud.telemetry.insights.tokens import Kind

if TYPE_CHECKING:
    from localcloud.telemetry.insights.syntax import Node
    from localcloud.telemetry.insights.tokens import Token

MOST_ROWS = 10_000
LONGEST_QUERY = 10_000
"""Characters of a query."""
NOT_SERVED = frozenset(
    {"anomaly", "diff", "filterindex", "join", "lookup", "pattern", "source", "unmask", "unnest"}
)
"""Commands of CloudWatch that are refused here."""


def parse(text: str) -> Query:
    """Return the commands of *text*; raises MalformedQueryError."""
    if len(text) > LONGEST_QUERY:
        message = f"the query has {len(text)} characters: at most {LONGEST_QUERY} are allowed"
        raise MalformedQueryError(message, LONGEST_QUERY, len(text))
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._cursor = Cursor(text)
        self._expressions = Expressions(self._cursor)
        self._commands = {
            "fields": lambda start: self._fields(start, only=False),
            "display": lambda start: self._fields(start, only=True),
            "filter": self._filter,
            "parse": self._parse,
            "stats": self._stats,
            "sort": self._sort,
            "limit": self._limit,
            "dedup": self._dedup,
        }

    def query(self) -> Query:
        cursor = self._cursor
        commands: list[Node] = []
        while not commands or cursor.taken("|"):
            commands.append(self._command())
        if cursor.token.kind is not Kind.END:
            cursor.fail("expected '|' or the end of the query")
        check(commands)
        return Query(cursor.text, tuple(commands))

    def _command(self) -> Node:
        token = self._cursor.token
        if token.word in NOT_SERVED:
            raise MalformedQueryError(
                f"the command {token.text!r} is not served by the local cloud",
                token.start,
                token.end,
            )
        if token.word not in self._commands:
            self._cursor.fail(f"expected a command ({', '.join(self._commands)})")
        self._cursor.take()
        return self._commands[token.word](token)

    def _fields(self, start: Token, *, only: bool) -> Fields:
        return Fields(start.start, self._cursor.end, self._columns(), only)

    def _filter(self, start: Token) -> Filter:
        condition = self._expressions.expression()
        return Filter(start.start, condition.end, condition)

    def _parse(self, start: Token) -> Parse:
        cursor = self._cursor
        source: Node = Field(start.start, start.end, "@message")
        if cursor.token.kind is not Kind.STRING and cursor.token.word != "/":
            token = cursor.token
            source = Field(token.start, token.end, cursor.name())
        begin = cursor.token.start
        text = cursor.regex()
        if text is not None:
            pattern = patterns.regex(text, begin, cursor.end)
        elif cursor.token.kind is Kind.STRING:
            pattern = patterns.glob(cursor.take().text)
        else:
            cursor.fail("expected a pattern in quotes or a /regular expression/")
        end = cursor.end
        names = self._names() if cursor.taken("as") else tuple(pattern.groupindex)
        if len(names) != pattern.groups or not names:
            raise MalformedQueryError(
                f"the pattern has {pattern.groups} fields ('*' or groups), and {len(names)} names"
                " follow it",
                begin,
                end,
            )
        return Parse(start.start, cursor.end, source, pattern, names)

    def _names(self) -> tuple[str, ...]:
        found = [self._cursor.name()]
        while self._cursor.taken(","):
            found.append(self._cursor.name())
        return tuple(found)

    def _stats(self, start: Token) -> Stats:
        columns = self._columns(aggregates=True)
        by = self._columns() if self._cursor.taken("by") else ()
        return Stats(start.start, self._cursor.end, columns, by)

    def _sort(self, start: Token) -> Sort:
        keys: list[tuple[Node, bool]] = []
        while not keys or self._cursor.taken(","):
            expression = self._expressions.expression()
            direction = self._cursor.taken("asc", "desc")
            keys.append((expression, direction == "desc"))
        return Sort(start.start, self._cursor.end, tuple(keys))

    def _limit(self, start: Token) -> Limit:
        token = self._cursor.token
        whole = token.kind is Kind.NUMBER and token.text.isdigit()
        if not whole or not 1 <= int(token.text) <= MOST_ROWS:
            self._cursor.fail(f"expected a number of rows between 1 and {MOST_ROWS}")
        self._cursor.take()
        return Limit(start.start, token.end, int(token.text))

    def _dedup(self, start: Token) -> Dedup:
        keys = tuple(column.expression for column in self._columns())
        return Dedup(start.start, self._cursor.end, keys)

    def _columns(self, *, aggregates: bool = False) -> tuple[Column, ...]:
        found: list[Column] = []
        while not found or self._cursor.taken(","):
            found.append(self._column(aggregates=aggregates))
        return tuple(found)

    def _column(self, *, aggregates: bool) -> Column:
        expression = self._expressions.expression(aggregates=aggregates)
        source = self._cursor.text[expression.start : expression.end]
        if isinstance(expression, Field):
            source = expression.name
        name = self._cursor.name() if self._cursor.taken("as") else source
        return Column(expression, name)
