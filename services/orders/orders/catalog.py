"""Asks the catalogue what an item costs, and waits only so long."""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp
from kit import correlation

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)

TRY_SECONDS = 2.0
TRIES = 2
KEPT_SECONDS = 10.0  # a price may be this much out of date
MOST_KEPT = 1000


class CatalogDownError(RuntimeError):
    """Raised when the catalogue does not answer in time, or not with an answer."""


class Catalog:
    """The catalogue's prices, each kept for a moment."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        """Ask the service at *url*."""
        self._url = url.rstrip("/")
        self._session = session
        self._kept: dict[str, tuple[float, int]] = {}

    async def prices(self, skus: Iterable[str]) -> dict[str, int | None]:
        """Return the price of each sku, None for one that the catalogue does not have.

        Raises CatalogDownError.
        """
        wanted = sorted(set(skus))
        found = await asyncio.gather(*(self._price(sku) for sku in wanted))
        return dict(zip(wanted, found, strict=True))

    async def _price(self, sku: str) -> int | None:
        kept = self._kept.get(sku)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        price = await self._asked(sku)
        if price is not None:  # what is not there now may be there in a second
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[sku] = (time.monotonic() + KEPT_SECONDS, price)
        return price

    async def _asked(self, sku: str) -> int | None:
        reason = ""
        for _ in range(TRIES):
            try:
                return await self._once(sku)
            except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
                reason = f"{type(error).__name__}: {error}"
                logger.warning("the catalogue did not answer", extra={"reason": reason})
        raise CatalogDownError(reason)

    async def _once(self, sku: str) -> int | None:
        headers = {correlation.HEADER: correlation.current.get()}
        timeout = aiohttp.ClientTimeout(total=TRY_SECONDS)
        url = f"{self._url}/catalog/{quote(sku, safe='')}"
        async with self._session.get(url, headers=headers, timeout=timeout) as answer:
            if answer.status == HTTPStatus.NOT_FOUND:
                return None
            answer.raise_for_status()
            return int((await answer.json())["price_cents"])
