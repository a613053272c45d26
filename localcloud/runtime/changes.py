"""What changed in the emulated cloud, as a feed that outlives the control plane's restarts."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import aiohttp

from localcloud.backoff import backoff

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_LOG = logging.getLogger(__name__)

POLL_SECONDS = 25
FIRST_DELAY_SECONDS = 0.1
MAX_DELAY_SECONDS = 2.0


class _Subscription:
    """The services of interest to one reader that changed since it last looked."""

    def __init__(self, services: frozenset[str]) -> None:
        self.services = services
        self.changed: set[str] = set(services)
        self.wake = asyncio.Event()
        self.wake.set()

    def add(self, services: set[str]) -> None:
        if relevant := services & self.services:
            self.changed |= relevant
            self.wake.set()

    def take(self) -> frozenset[str]:
        taken = frozenset(self.changed)
        self.changed.clear()
        self.wake.clear()
        return taken


class ChangeFeed:
    """The control plane's changes, told to any number of readers."""

    def __init__(self, endpoint: str, http: aiohttp.ClientSession) -> None:
        """Make a feed that `run` reads over *http*."""
        self.connected = False
        self._url = f"{endpoint}/_bulkhead/changes"
        self._http = http
        self._since = 0
        self._subscriptions: set[_Subscription] = set()

    async def watch(
        self, *services: str, every_seconds: float | None = None
    ) -> AsyncIterator[frozenset[str]]:
        """Yield which of *services* changed: all of them at once, then again after each change.

        Changes made while the reader works are told together. With *every_seconds* the reader is
        also woken, with an empty set, when nothing changed for so long.
        """
        with self._subscribed(frozenset(services)) as subscription:
            while True:
                try:
                    async with asyncio.timeout(every_seconds):
                        await subscription.wake.wait()
                except TimeoutError:
                    pass
                yield subscription.take()

    async def run(self) -> None:
        """Read the feed until cancelled."""
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        while True:
            try:
                await self._poll()
                delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
            except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
                if self.connected:
                    _LOG.warning("the control plane does not answer, trying again: %r", error)
                self.connected = False
                await asyncio.sleep(next(delays))

    async def _poll(self) -> None:
        # Not being connected means the feed may have missed a restart: ask for what is there now.
        timeout = POLL_SECONDS if self.connected else 0
        query = {"since": str(self._since), "timeout": str(timeout)}
        limit = aiohttp.ClientTimeout(total=timeout + 10)
        async with self._http.get(self._url, params=query, timeout=limit) as response:
            response.raise_for_status()
            answer = await response.json()
        version, services = int(answer["version"]), set(answer["services"])
        if not self.connected:
            self.connected = True
            services |= {name for known in self._subscriptions for name in known.services}
        self._since = version
        for subscription in self._subscriptions:
            subscription.add(services)

    @contextmanager
    def _subscribed(self, services: frozenset[str]) -> Iterator[_Subscription]:
        subscription = _Subscription(services)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
