"""The catalogue's prices, cached: those that are missing are asked for together."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kit import calls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.cache import Cache
    from kit.resilience.async_client import AsyncClient

CACHE_SECONDS = 10.0  # age of a price; older ones are used only while the catalogue fails
MAX_SKUS = 50  # of a request


class CatalogDownError(RuntimeError):
    """Raised when the catalogue does not return a valid response in time."""


class Catalog:
    """The catalogue's prices, which all tasks of the service cache together."""

    def __init__(self, client: AsyncClient, cache: Cache) -> None:
        """Ask *client* for the prices that are not in *cache*."""
        self._client = client
        self._cache = cache

    async def prices(self, skus: Iterable[str]) -> dict[str, int | None]:
        """Return the price of each SKU; None for one that the catalogue does not have.

        Raises CatalogDownError.
        """
        return await self._cache.get_many(sorted(set(skus)), self._fetch)

    async def _fetch(self, skus: list[str]) -> dict[str, int]:
        parts = [skus[at : at + MAX_SKUS] for at in range(0, len(skus), MAX_SKUS)]
        found = await asyncio.gather(*map(self._fetch_part, parts))
        return {sku: price for part in found for sku, price in part.items()}

    async def _fetch_part(self, skus: list[str]) -> dict[str, int]:
        query = urlencode([("sku", sku) for sku in skus])
        try:
            response = await self._client.get(f"/catalog?{query}")
            if response.status != HTTPStatus.OK:
                raise CatalogDownError(f"it responded with {response.status}")
            return {item["sku"]: int(item["price_cents"]) for item in response.json()["items"]}
        except (calls.CallError, ValueError, KeyError, TypeError) as error:
            raise CatalogDownError(f"{type(error).__name__}: {error}") from error
