"""TransactWriteItems: only the items that it names are kept for the case that it fails.

moto copies the tables, with all their items, before each transaction.
"""

from __future__ import annotations

import copy
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from localcloud.aws.dynamodb import streams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_transact = DynamoDBBackend.transact_write_items
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def install() -> None:
    """Replace the copies of tables."""
    DynamoDBBackend.transact_write_items = _write  # type: ignore[method-assign]
    Table.__deepcopy__ = _copied  # type: ignore[attr-defined]


def _write(self: Any, transact_items: list[dict[str, Any]]) -> None:
    undo = [*_items_before(self, transact_items), *_records_before(self, transact_items)]
    token = _writing.set(True)
    try:
        _transact(self, transact_items)
    except Exception:
        for each in undo:
            each()
        raise
    finally:
        _writing.reset(token)


def _copied(self: Any, memo: dict[int, Any]) -> Any:
    """Return the table itself in a transaction, which puts it back if it fails; else a copy."""
    if _writing.get():
        return self
    made = memo[id(self)] = object.__new__(type(self))
    made.__dict__ |= copy.deepcopy(self.__dict__, memo)
    return made


def _written(backend: Any, actions: list[dict[str, Any]]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield the table and the key, or the item, of each action on a table that exists."""
    for action in actions:
        for one in action.values():
            table = backend.tables.get(one.get("TableName"))
            if table is not None:
                yield table, one.get("Item") or one.get("Key") or {}


def _items_before(backend: Any, actions: list[dict[str, Any]]) -> Iterator[Callable[[], None]]:
    for table, key in _written(backend, actions):
        names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
        if all(name in key for name in names):
            yield _restore_item(table, *(DynamoType(key[name]) for name in names))


def _restore_item(
    table: Any, hash_key: DynamoType, range_key: DynamoType | None = None
) -> Callable[[], None]:
    before = copy.deepcopy(table.get_item(hash_key, range_key))

    def restore() -> None:
        items, key = table.items, hash_key
        if range_key is not None:
            items, key = table.items[hash_key], range_key
        if before is None:
            items.pop(key, None)
        else:
            items[key] = before

    return restore


def _records_before(backend: Any, actions: list[dict[str, Any]]) -> Iterator[Callable[[], None]]:
    for shard in {id(t): t.stream_shard for t, _ in _written(backend, actions)}.values():
        if shard is not None:
            yield _remove_records_after(shard)


def _remove_records_after(shard: Any) -> Callable[[], None]:
    last = streams.sequence(shard.items[-1]) if shard.items else 0

    def remove() -> None:
        while shard.items and streams.sequence(shard.items[-1]) > last:
            shard.items.pop()

    return remove
