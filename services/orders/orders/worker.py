"""Handles the events of other services: `python -m orders.worker`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from functools import partial
from typing import TYPE_CHECKING

from kit import cache, consumer, database, inbox

from orders.catalog import CACHE_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from kit.cache import Cache
    from kit.consumer import Handlers
    from kit.database import Pool
    from kit.events import Event

OPEN_WITHIN_SECONDS = 60.0
PUT_STOCK = """
INSERT INTO stock (sku, pieces, announced_at) VALUES (%s, %s, %s)
ON CONFLICT (sku) DO UPDATE SET pieces = excluded.pieces, announced_at = excluded.announced_at
"""


async def drop_price(pool: Pool, prices: Cache, event: Event) -> None:
    """Drop the cached price of a product that changed: the next order asks the catalogue."""
    async with pool.connection() as connection, inbox.once(connection, event) as new:
        if new:
            await prices.drop(str(event.data["sku"]))


async def keep_stock(pool: Pool, event: Event) -> None:
    """Keep the pieces of a product in stock; `latest_only` drops what is older than that."""
    async with pool.connection() as connection, inbox.once(connection, event) as new:
        if new:
            values = [event.data["sku"], event.data["pieces"], event.time]
            await connection.execute(PUT_STOCK, values)


@contextlib.asynccontextmanager
async def handlers() -> AsyncGenerator[Handlers]:
    """Open the ledger and the cache, and yield the handler of each event."""
    pool = database.pool(database.Database.from_environment("ledger"))
    prices = cache.Cache.from_environment("prices", ttl_seconds=CACHE_SECONDS)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(prices.close)
        stack.push_async_callback(pool.close)
        await pool.open(wait=True, timeout=OPEN_WITHIN_SECONDS)
        cleaning = asyncio.create_task(inbox.keep_clean(pool))
        stack.callback(cleaning.cancel)
        yield {
            "product-changed": partial(drop_price, pool, prices),
            "stock-changed": partial(keep_stock, pool),
        }


if __name__ == "__main__":
    sys.exit(consumer.main(handlers()))
