"""How many prices per second `orders` reads from its cache, against those from the catalogue.

    python -m bench.stores

The client of `orders` runs in this process, with the running shop's cache and catalogue. Rounds
alternate; each worker reads a price of its own.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import requests
from rich.console import Console

from bench.running import SECONDS, Shop, running_shop
from localcloud.layout import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

AIM = 2.0
ROUNDS = 5
ROUND_SECONDS = 2.0
WORKERS = 8
STORE = "prices"


class Uncached:
    """Asks the source for each value."""

    async def get_many(
        self, keys: list[str], load: Callable[[list[str]], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        """Return what *load* returns."""
        return await load(keys)


def main() -> int:
    """Print the rates and their ratio; 1 if it is below the aim."""
    screen = Console()
    with running_shop() as shop:
        prepare(shop)
        rates = asyncio.run(measure(shop.endpoints["api"]))
    cached, uncached = (statistics.median(found) for found in rates)
    ratio = cached / uncached
    screen.print(f"cached   {cached:8.0f} prices/s  (median of {ROUNDS} rounds)")
    screen.print(f"uncached {uncached:8.0f} prices/s")
    screen.print(f"cached ÷ uncached {ratio:.1f}  (aim: {AIM:.0f})")
    return int(ratio < AIM)


def prepare(shop: Shop) -> None:
    """Put the items into the catalogue, and set the variables of the store as for `orders`."""
    merchandiser = shop.as_role("merchandiser")
    for sku in skus():
        item = {"name": sku, "price_cents": 4200}
        url = f"{shop.endpoints['api']}/catalog/{sku}"
        requests.put(url, json=item, headers=merchandiser, timeout=SECONDS).raise_for_status()
    caches = shop.aws("elasticache").describe_serverless_caches()["ServerlessCaches"]
    [cache] = [one for one in caches if one["ServerlessCacheName"].endswith(f"orders-{STORE}")]
    variables = {
        "HOST": cache["Endpoint"]["Address"],
        "PORT": str(cache["Endpoint"]["Port"]),
        "TLS": "false",
        "CLUSTER": "true",
        "ARN": cache["ARN"],
        "USER": cache["UserGroupId"],
        "AUTH": "iam",
    }
    os.environ |= {f"{STORE.upper()}_{part}": value for part, value in variables.items()}
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    sys.path[:0] = [str(ROOT / "services"), str(ROOT / "services" / "orders")]


def skus() -> list[str]:
    """Return the items whose prices are read."""
    return [f"bench-{number}" for number in range(WORKERS)]


async def measure(api: str) -> tuple[list[float], list[float]]:
    """Return prices per second with and without the cache, of each round."""
    names = ("orders.catalog", "kit.cache", "kit.calls")
    catalog, kit, calls = map(importlib.import_module, names)
    os.environ |= {"CATALOG_URL": api, "CATALOG_MAX_CONCURRENCY": str(2 * WORKERS)}
    cache = kit.Cache.from_environment(STORE, ttl_seconds=catalog.CACHE_SECONDS)
    await cache.open()
    async with aiohttp.ClientSession() as session:
        asking = calls.async_client("catalog", session)
        clients = [catalog.Catalog(asking, one) for one in (cache, Uncached())]
        rates: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for client, found in zip(clients, rates, strict=True):
                found.append(await rate(client))
    await cache.close()
    return rates


async def rate(client: Any) -> float:
    """Return the prices per second that WORKERS read together."""
    until = time.perf_counter() + ROUND_SECONDS

    async def worker(sku: str) -> int:
        count = 0
        while time.perf_counter() < until:
            await client.prices([sku])
            count += 1
        return count

    counts = await asyncio.gather(*(worker(sku) for sku in skus()))
    return sum(counts) / ROUND_SECONDS


if __name__ == "__main__":
    sys.exit(main())
