"""Expiry of items (TTL): DynamoDB deletes them, and the stream names it in `userIdentity`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import dynamodb_backends

from localcloud.aws.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINCIPAL = "dynamodb.amazonaws.com"
MAX_AGE_SECONDS = 5 * 365 * 86_400
"""DynamoDB does not delete an item whose time is further in the past."""


def expire(body: dict[str, Any]) -> None:
    """Delete every item that has expired at `now`, in epoch seconds."""
    now = float(body["now"])
    JOURNAL.work.principal = PRINCIPAL
    for table, item, expires in list(_expiring()):
        if now - MAX_AGE_SECONDS < expires <= now:
            table.delete_item(item.hash_key, item.range_key)


def upcoming(_endpoints: Any) -> dict[str, float | None]:
    """Return when the next item expires, in epoch seconds."""
    with JOURNAL.transaction() as work:
        work.operation = "GET"
        return {"next": min((expires for _, _, expires in _expiring()), default=None)}


def _expiring() -> Iterator[tuple[Any, Any, float]]:
    """Yield the items with a time to live: table, item, epoch seconds."""
    for _, _, backend in dynamodb_backends.iter_backends():
        for table in backend.tables.values():  # type: ignore[attr-defined]
            if table.ttl.get("TimeToLiveStatus") == "ENABLED":
                for item in _items(table):
                    value = item.attrs.get(table.ttl["AttributeName"])
                    if value is not None and value.type == "N":
                        yield table, item, float(value.value)


def _items(table: Any) -> Iterator[Any]:
    """Yield the items in any order; moto's `all_items` sorts them."""
    for found in table.items.values():
        yield from found.values() if table.range_key_attr else (found,)
