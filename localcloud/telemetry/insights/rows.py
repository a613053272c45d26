"""Log events as rows of a query, and the fields that are discovered in them."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from localcloud.telemetry.insights.functions.structures import parse_json
from localcloud.telemetry.insights.values import Instant, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Event(NamedTuple):
    """A log event as it is stored."""

    timestamp: int
    """Milliseconds since the epoch, as `ingested`."""
    message: str
    stream: str
    group: str
    ingested: int
    id: int = 0
    """The row of the store, for the pointer to the event."""


MOST_DISCOVERED = 200
"""Fields of an event that are discovered."""
_DEEPEST = 20
_REPORT = re.compile(r"(START|END|REPORT) RequestId: (\S+)")
_MEASURED = {
    "@duration": re.compile(r"\tDuration: ([\d.]+) ms"),
    "@billedDuration": re.compile(r"Billed Duration: ([\d.]+) ms"),
    "@initDuration": re.compile(r"Init Duration: ([\d.]+) ms"),
    "@memorySize": re.compile(r"Memory Size: (\d+) MB"),
    "@maxMemoryUsed": re.compile(r"Max Memory Used: (\d+) MB"),
}
_MEGABYTE = 1_000_000
_FUNCTION_GROUP = "/aws/lambda/"
_NOTHING: Mapping[str, Any] = {}


class Row:
    """An event with the values that commands added; of `stats`, values alone."""

    __slots__ = ("_json", "_parsed", "event", "values")

    def __init__(self, event: Event | None, values: dict[str, Any] | None = None) -> None:
        """Begin with the *values* given."""
        self.event = event
        self.values: dict[str, Any] = {} if values is None else values
        self._parsed = False
        self._json: Any = None

    @property
    def time(self) -> int:
        """The timestamp; of a row of `stats`, the value `@timestamp` if there is one."""
        return self.event.timestamp if self.event else self.values.get("@timestamp") or 0

    @property
    def json(self) -> Any:
        """The object in the message; an empty one if there is none."""
        if not self._parsed:
            self._parsed = True
            self._json = discovered(self.event) if self.event else _NOTHING
        return self._json


def discovered(event: Event) -> Mapping[str, Any]:
    """Return the object that is the message, or that begins within a function's line."""
    message = event.message
    found: Any = parse_json(message) if message.startswith("{") else None
    if event.group.startswith(_FUNCTION_GROUP) and not isinstance(found, dict):
        return _of_function(message)
    if found is None and message[:1].isspace():
        found = parse_json(message)
    return found if isinstance(found, dict) else _NOTHING


def _of_function(message: str) -> Mapping[str, Any]:
    """Return the fields of a line of Lambda, or of the first object in a line of a function."""
    if found := _REPORT.match(message):
        fields: dict[str, Any] = {"@type": found[1], "@requestId": found[2]}
        for name, pattern in _MEASURED.items():
            if measured := pattern.search(message):
                value = float(measured[1])
                fields[name] = value * _MEGABYTE if "emory" in name else value
        return fields
    start = message.find("{")
    if start < 0:
        return _NOTHING
    try:
        inner, _ = json.JSONDecoder().raw_decode(message, start)
    except (ValueError, RecursionError):
        return _NOTHING
    return inner if isinstance(inner, dict) else _NOTHING


def getter(name: str) -> Callable[[Row], Any]:
    """Return a function that returns the field *name* of a row; None if it is missing."""
    if name in _OWN:
        return _own_getter(name, _OWN[name])
    head, *rest = path = name.split(".")

    def get(row: Row) -> Any:
        values = row.values
        if values and (found := values.get(name)) is not None:
            return found
        if rest and values and head in values:
            return _within(values[head], rest)
        tree = row.json
        if (found := tree.get(name)) is not None:
            return found
        return _within(tree, path) if rest else None

    return get


def _own_getter(name: str, of_event: Callable[[Event], Any]) -> Callable[[Row], Any]:
    def get(row: Row) -> Any:
        if name in row.values or row.event is None:
            return row.values.get(name)
        return of_event(row.event)

    return get


def _within(value: Any, path: list[str]) -> Any:
    """Return the element at *path*; of keys with dots, the longest that fits."""
    for index, part in enumerate(path):
        if isinstance(value, list):
            number = int(part) if part.isdecimal() and len(part) < len("1000000") else -1
            value = value[number] if 0 <= number < len(value) else None
        elif isinstance(value, dict):
            whole = ".".join(path[index:])
            if whole in value:
                return value[whole]
            value = value.get(part)
        else:
            return None
    return value


def pointer(event: Event) -> str:
    """Return the value of `@ptr`, by which GetLogRecord finds *event*."""
    told = [event.id, event.timestamp, event.group, event.stream]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def pointed_at(value: str) -> tuple[int, int, str, str]:
    """Return row, timestamp, group and stream of a pointer; raises ValueError."""
    found = json.loads(base64.urlsafe_b64decode(value.encode()))
    match found:
        case [int(row), int(timestamp), str(group), str(stream)]:
            return row, timestamp, group, stream
        case _:
            raise ValueError(value)


_OWN: dict[str, Callable[[Event], Any]] = {
    "@timestamp": lambda event: Instant(event.timestamp),
    "@ingestionTime": lambda event: Instant(event.ingested),
    "@message": lambda event: event.message,
    "@logStream": lambda event: event.stream,
    "@log": lambda event: event.group,
    "@ptr": pointer,
}


def all_fields(event: Event) -> dict[str, str]:
    """Return every field of *event* as text: its own, and those discovered."""
    found = {
        "@timestamp": str(event.timestamp),
        "@ingestionTime": str(event.ingested),
        "@message": event.message,
        "@logStream": event.stream,
        "@log": event.group,
        "@ptr": pointer(event),
    }
    for count, (name, value) in enumerate(_leaves(discovered(event), "", 0)):
        if count == MOST_DISCOVERED:
            break
        if (shown := text(value)) is not None:
            found.setdefault(name, shown)
    return found


def _leaves(value: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    pairs: Any = ()
    if depth < _DEEPEST and isinstance(value, dict):
        pairs = value.items()
    elif depth < _DEEPEST and isinstance(value, list):
        pairs = enumerate(value)
    elif name:
        yield name, value
    for key, inner in pairs:
        yield from _leaves(inner, f"{name}.{key}" if name else str(key), depth + 1)
