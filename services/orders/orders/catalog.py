"""A client of the catalogue with timeouts, retries and a cache of prices."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp
from kit import correlation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.cache import Cache

logger = logging.getLogger(__name__)

TRY_SECONDS = 2.0
TRIES = 2
CACHE_SECONDS = 10.0  # age of a price; older ones are used only while the catalogue fails


class CatalogDownError(RuntimeError):
    """Raised when the catalogue does not return a valid response in time."""


class Catalog:
    """The catalogue's prices, which all tasks of the service cache together."""

    def __init__(self, url: str, session: aiohttp.ClientSession, cache: Cache) -> None:
        """Send requests to *url*, the base URL of the catalogue, for prices not in *cache*."""
        self._url = url.rstrip("/")
        self._session = session
        self._cache = cache

    async def prices(self, skus: Iterable[str]) -> dict[str, int | None]:
        """Return the price of each SKU; None for one that the catalogue does not have.

        Raises CatalogDownError.
        """
        wanted = sorted(set(skus))
        asked = (self._cache.get(sku, partial(self._fetch_with_retries, sku)) for sku in wanted)
        return dict(zip(wanted, await asyncio.gather(*asked), strict=True))

    async def _fetch_with_retries(self, sku: str) -> int | None:
        reason = ""
        for _ in range(TRIES):
            try:
                return await self._fetch(sku)
            except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
                reason = f"{type(error).__name__}: {error}"
                logger.warning("the catalogue did not answer", extra={"reason": reason})
        raise CatalogDownError(reason)

    async def _fetch(self, sku: str) -> int | None:
        headers = {correlation.HEADER: correlation.current.get()}
        timeout = aiohttp.ClientTimeout(total=TRY_SECONDS)
        url = f"{self._url}/catalog/{quote(sku, safe='')}"
        async with self._session.get(url, headers=headers, timeout=timeout) as answer:
            if answer.status == HTTPStatus.NOT_FOUND:
                return None
            answer.raise_for_status()
            return int((await answer.json())["price_cents"])
