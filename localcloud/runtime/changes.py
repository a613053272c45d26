"""A feed of changes in the emulated AWS that survives restarts of the control plane."""

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
    """The services of one reader that changed since its last read."""

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
    """Long-polls the control plane's changes and distributes them to its readers."""

    def __init__(self, endpoint: str, http: aiohttp.ClientSession) -> None:
        """Create a feed; `run` polls it over *http*."""
        self.connected = False
        self._url = f"{endpoint}/_bulkhead/changes"
        self._http = http
        self._since = 0
        self._subscriptions: set[_Subscription] = set()

    async def watch(
        self, *services: str, every_seconds: float | None = None
    ) -> AsyncIterator[frozenset[str]]:
        """Yield the changed ones of *services*: first all of them, then after each change.

        Changes during the reader's work are merged. With *every_seconds*, an empty set is yielded
        after that many seconds without a change.
        """
        with self._subscribed(frozenset(services)) as subscription:
            while True:
                try:
                    async with asyncio.timeout(every_seconds):
                        await subscription.wake.wait()
                except TimeoutError:
                    pass
                yield subscription.take()

    def announce(self, service: str) -> None:
        """Announce a change that is not in the control plane to the readers of *service*."""
        for subscription in self._subscriptions:
            subscription.add({service})

    async def run(self) -> None:
        """Poll until cancelled."""
        delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        while True:
            try:
                await self._poll()
                delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
            except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
                if self.connected:
                    _LOG.warning("the control plane is unreachable, retrying: %r", error)
                self.connected = False
                await asyncio.sleep(next(delays))

    async def _poll(self) -> None:
        # After a disconnection a restart may have been missed: do not wait, and mark all changed.
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
