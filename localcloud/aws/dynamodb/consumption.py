"""Consumed capacity of tables and indexes, by the minute; scaling is evaluated with it.

It is counted as DynamoDB counts it, by the size of items, and forgotten when the process ends.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

from moto.dynamodb.exceptions import ConditionalCheckFailed
from moto.dynamodb.responses import DynamoHandler

from localcloud.aws.dynamodb import metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.aws.endpoints import ControlEndpoints

READ_BYTES, WRITE_BYTES = 4096, 1024  # of a capacity unit
MINUTE = 60
KEPT_MINUTES = 30

Consumed = tuple[str, str, str, float]
"""Table, index ('' for the table itself), `Read` or `Write`, and capacity units."""

_minutes: dict[tuple[str, str, str, str], deque[tuple[int, float]]] = defaultdict(
    lambda: deque(maxlen=KEPT_MINUTES)
)


def install() -> None:
    """Count the capacity that each request consumes."""
    for name in _COUNT:
        setattr(DynamoHandler, name, _counted(name, getattr(DynamoHandler, name)))


def report(_endpoints: ControlEndpoints) -> list[dict[str, Any]]:
    """Return the capacity units consumed now and in each of the last minutes, newest first."""
    now = int(time.time()) // MINUTE
    found: list[dict[str, Any]] = []
    for (region, table, index, access), minutes in list(_minutes.items()):
        units = dict(minutes)
        current, *last = [units.get(now - ago, 0.0) for ago in range(KEPT_MINUTES)]
        of = {"Region": region, "Table": table, "Index": index, "Access": access}
        found.append({**of, "Current": current, "Minutes": last})
    return found


def size(value: Any) -> int:
    """Return the size in bytes of an attribute value in DynamoDB's JSON."""
    [(kind, content)] = value.items()
    if kind == "M":
        return 3 + item_size(content) + len(content)
    if kind == "L":
        return 3 + sum(size(one) + 1 for one in content)
    if kind in ("SS", "NS", "BS"):
        return sum(size({kind[0]: one}) for one in content)
    if kind == "N":
        return len(content.strip("-").replace(".", "")) // 2 + 2
    if kind == "B":
        return len(content) * 3 // 4
    return len(content.encode()) if kind == "S" else 1


def item_size(item: dict[str, Any]) -> int:
    """Return the size in bytes of an item."""
    return sum(len(name.encode()) + size(value) for name, value in item.items())


def _counted(name: str, operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def answered(self: Any) -> Any:
        began = time.perf_counter()
        try:
            answer = operation(self)
        except ConditionalCheckFailed:
            metrics.count_failed_condition(self.body["TableName"])
            raise
        milliseconds = (time.perf_counter() - began) * 1000
        minute = int(time.time()) // MINUTE
        consumed = list(_COUNT[name](self, answer.result))
        for table, index, access, units in consumed:
            _add(_minutes[self.region, table, index, access], minute, units)
        metrics.count(name, consumed, milliseconds)
        return answer

    return answered


def _add(minutes: deque[tuple[int, float]], minute: int, units: float) -> None:
    if minutes and minutes[-1][0] == minute:
        minutes[-1] = minute, minutes[-1][1] + units
    else:
        minutes.append((minute, units))


def _units(count: int, unit: int) -> int:
    return max(1, math.ceil(count / unit))


def _written(self: Any, table: str, item: dict[str, Any], factor: int = 1) -> Iterator[Consumed]:
    """Yield what a write of *item* consumes of the table, and of each index that contains it."""
    units = factor * _units(item_size(item), WRITE_BYTES)
    yield table, "", "Write", units
    for index in self.dynamodb_backend.get_table(table).global_indexes:
        if all(key["AttributeName"] in item for key in index.schema):
            yield table, index.name, "Write", units


def _stored(self: Any, table: str, key: dict[str, Any]) -> dict[str, Any]:
    """Return the item with *key* after the request; the key alone if there is none."""
    found = self.dynamodb_backend.get_item(table, key)
    if found is None:
        return key
    return {name: value.to_regular_json() for name, value in found.attrs.items()}


def _put(self: Any, _answer: Any) -> Iterator[Consumed]:
    yield from _written(self, self.body["TableName"], self.body["Item"])


def _changed(self: Any, _answer: Any) -> Iterator[Consumed]:
    table, key = self.body["TableName"], self.body["Key"]
    yield from _written(self, table, _stored(self, table, key))


def _batch_written(self: Any, _answer: Any) -> Iterator[Consumed]:
    for table, requests in self.body["RequestItems"].items():
        for request in requests:
            [one] = request.values()
            yield from _written(self, table, one.get("Item") or one["Key"])


def _transacted(self: Any, _answer: Any) -> Iterator[Consumed]:
    for action in self.body["TransactItems"]:
        [one] = action.values()
        item = one.get("Item") or _stored(self, one["TableName"], one["Key"])
        yield from _written(self, one["TableName"], item, 2)


def _read(self: Any, answer: Any) -> Iterator[Consumed]:
    items = answer["Items"] if "Items" in answer else [answer.get("Item") or {}]
    units = _units(sum(item_size(item) for item in items), READ_BYTES)
    factor = 1.0 if self.body.get("ConsistentRead") else 0.5
    table, index = self.body["TableName"], self.body.get("IndexName") or ""
    indexes = [one.name for one in self.dynamodb_backend.get_table(table).global_indexes]
    yield table, index if index in indexes else "", "Read", factor * units


def _batch_read(self: Any, answer: Any) -> Iterator[Consumed]:
    for table, items in answer.get("Responses", {}).items():
        factor = 1.0 if self.body["RequestItems"].get(table, {}).get("ConsistentRead") else 0.5
        for item in items:
            yield table, "", "Read", factor * _units(item_size(item), READ_BYTES)


def _transaction_read(self: Any, answer: Any) -> Iterator[Consumed]:
    gets = [one["Get"]["TableName"] for one in self.body["TransactItems"]]
    for table, one in zip(gets, answer.get("Responses", ()), strict=False):
        yield table, "", "Read", 2 * _units(item_size(one.get("Item") or {}), READ_BYTES)


_COUNT: dict[str, Callable[[Any, Any], Iterator[Consumed]]] = {
    "put_item": _put,
    "update_item": _changed,
    "delete_item": _changed,
    "batch_write_item": _batch_written,
    "transact_write_items": _transacted,
    "get_item": _read,
    "query": _read,
    "scan": _read,
    "batch_get_item": _batch_read,
    "transact_get_items": _transaction_read,
}
