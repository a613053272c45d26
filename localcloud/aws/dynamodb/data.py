"""DynamoDB items, journalled one by one in their state at the end of the request."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from localcloud.aws import pickling
from localcloud.aws.dynamodb import streams
from localcloud.aws.journal import DELETED, JOURNAL

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_SAVED = ("items",)
"""Attributes of a table that are journalled instead of pickled."""

_put_item = Table.put_item
_delete_item = Table.delete_item
_update_item = DynamoDBBackend.update_item
_delete_table = DynamoDBBackend.delete_table


def install() -> None:
    """Journal every change of an item."""
    pickling.REDUCTIONS[Table] = pickling.without(*NOT_SAVED)
    Table.put_item = _put  # type: ignore[method-assign]
    Table.delete_item = _delete  # type: ignore[method-assign]
    DynamoDBBackend.update_item = _update  # type: ignore[method-assign]
    DynamoDBBackend.delete_table = _drop  # type: ignore[method-assign]
    for name in ("restore_table_from_backup", "restore_table_to_point_in_time", "import_table"):
        setattr(DynamoDBBackend, name, _whole(getattr(DynamoDBBackend, name)))


def put_back(collection: str, _key: str, value: bytes) -> None:
    """Restore an item."""
    _, account, region, name = collection.split(" ", 3)
    table: Any = dynamodb_backends[account][region].tables.get(name)
    if table is None:
        return
    table.__dict__.setdefault("items", defaultdict(dict))
    item = pickling.loads(value)
    if item.range_key is not None:
        table.items[item.hash_key][item.range_key] = item
    else:
        table.items[item.hash_key] = item


def after_load() -> None:
    """Add the empty collection of empty tables."""
    for _, _, backend in dynamodb_backends.iter_backends():
        for table in backend.tables.values():  # type: ignore[attr-defined]
            table.__dict__.setdefault("items", defaultdict(dict))


def _put(self: Table, item_attrs: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
    item = _put_item(self, item_attrs, *args, **kwargs)
    _mark(self, item.hash_key, item.range_key)
    return item


def _delete(self: Table, hash_key: Any, range_key: Any) -> Any:
    item = _delete_item(self, hash_key, range_key)
    _mark(self, hash_key, range_key)
    return item


def _update(self: DynamoDBBackend, table_name: str, *args: Any, **kwargs: Any) -> Any:
    table: Any = self.get_table(table_name)
    records = table.stream_shard.items if table.stream_shard is not None else []
    last = streams.sequence(records[-1]) if records else 0
    item = _update_item(self, table_name, *args, **kwargs)
    added = [record for record in records[-2:] if streams.sequence(record) > last]
    if len(added) > 1:  # moto puts the key of a new item first, as a record of its own
        records.remove(added[0])
    _mark(table, item.hash_key, item.range_key)
    return item


def _drop(self: DynamoDBBackend, name: str) -> Any:
    table = _delete_table(self, name)
    JOURNAL.clear(_collection(table))
    streams.forget(table)
    return table


def _whole(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(self: DynamoDBBackend, *args: Any, **kwargs: Any) -> Any:
        answer = make(self, *args, **kwargs)
        for table in self.tables.values():
            for hash_key, found in table.items.items():
                for range_key in found if table.has_range_key else (None,):
                    _mark(table, hash_key, range_key)
        return answer

    return made


def _mark(table: Table, hash_key: Any, range_key: Any) -> None:
    key = f"{_text(hash_key)} {_text(range_key) if range_key else ''}"
    backend, name = dynamodb_backends[table.account_id][table.region_name], table.name

    def now() -> Any:
        present = backend.tables.get(name)
        item = present and present.get_item(hash_key, range_key)
        if not isinstance(item, Item):
            return DELETED
        return pickling.dumps(item)

    JOURNAL.put(_collection(table), key, now)


def _text(key: DynamoType) -> str:
    value = key.value
    if isinstance(value, bytes):
        value = base64.b64encode(value).decode()
    return json.dumps([key.type, value])


def _collection(table: Table) -> str:
    return f"dynamodb {table.account_id} {table.region_name} {table.name}"
