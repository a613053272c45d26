"""A cache in front of a source, in a `valkey` store: the source is asked whenever the cache fails.

    prices = cache.Cache.from_environment("prices", ttl_seconds=60)
    price = await prices.get(sku, lambda: fetch_price(sku))
    several = await prices.get_many(skus, fetch_prices)      # one fetch of those not cached

Values are what JSON can hold. What `load` returns must not depend on who asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import time
import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kit import elasticache
from kit.batching import Batch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from kit.batching import LoadMany

    Load = Callable[[], Awaitable[Any]]

logger = logging.getLogger(__name__)

LIMIT_SECONDS = 0.05  # of a command
OPEN_SECONDS = 2.0
PAUSE_SECONDS = 0.5  # after a failure the cache is left alone: requests do not wait for it
JITTER = 0.1  # of the TTL, so that entries do not expire together
LOCK_SECONDS = 2.0
WAIT_SECONDS, POLL_SECONDS = 1.0, 0.02  # for the one that loads the same key
RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"


class UnavailableError(RuntimeError):
    """Raised when the cache does not answer in time."""


@dataclass(frozen=True)
class Entry:
    """A cached value."""

    value: Any
    fresh_until: float

    @property
    def fresh(self) -> bool:
        """Whether its TTL has not passed."""
        return time.time() < self.fresh_until


class Cache:
    """The entries of one store of a service."""

    def __init__(
        self,
        client: Any,
        *,
        ttl_seconds: float,
        negative_ttl_seconds: float = 1.0,
        stale_seconds: float = 300.0,
    ) -> None:
        """Keep values for the TTL ± 10 %, and longer for when the source fails.

        None is what the source does not have; it is kept for *negative_ttl_seconds*.
        """
        self._client = client
        self._ttl = ttl_seconds
        self._negative_ttl = negative_ttl_seconds
        self._stale = stale_seconds
        self._paused_until = 0.0
        self._running: dict[str, asyncio.Task[Any]] = {}

    @classmethod
    def from_environment(cls, store: str, **settings: Any) -> Cache:
        """Return the cache in *store*, its name in service.yaml; raises SettingError."""
        return cls(elasticache.client(store), **settings)

    async def open(self) -> None:
        """Connect, if the cache answers: the first request is then as quick as others."""
        try:
            await self._ask(self._client.get("open"), OPEN_SECONDS)
        except UnavailableError:
            logger.info("the cache is not available yet")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, key: str, load: Load) -> Any:
        """Return the value of *key*, from the cache or from *load*, whose errors are raised."""
        running = self._running.get(key)
        if running is None:
            running = self._running[key] = asyncio.ensure_future(self._get(key, load))
            running.add_done_callback(lambda task: self._finished(key, task))
        return await asyncio.shield(running)

    async def get_many(self, keys: Iterable[str], load: LoadMany) -> dict[str, Any]:
        """Return the value of each of *keys*; *load* is called with those that are not cached.

        A key that *load* does not return has no value, None.
        """
        wanted = list(dict.fromkeys(keys))
        batch = Batch(wanted, load)

        async def one(key: str) -> Any:
            try:
                return await self.get(key, partial(batch.get, key))
            finally:
                batch.settle(key)

        return dict(zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True))

    async def drop(self, key: str) -> None:
        """Remove the value of *key*, which has changed at its source; raises UnavailableError.

        A load that began before the change may still write the former value, for its TTL.
        """
        self._running.pop(key, None)
        await self._ask(self._client.delete(key), OPEN_SECONDS)

    def _finished(self, key: str, task: asyncio.Task[Any]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
        _consume(task)

    async def _get(self, key: str, load: Load) -> Any:
        entry = token = None
        with contextlib.suppress(UnavailableError):
            entry = await self._read(key)
            if entry is not None and entry.fresh:
                return entry.value
            token = await self._lock(key)
            if token is None:
                entry = entry or await self._loaded_elsewhere(key)
                if entry is not None:
                    return entry.value
        return await self._loaded(key, load, entry, token)

    async def _loaded(self, key: str, load: Load, stale: Entry | None, token: str | None) -> Any:
        try:
            value = await load()
        except Exception as error:
            if stale is None:
                raise
            reason = f"{type(error).__name__}: {error}"
            logger.warning("the source failed: a stale value is used", extra={"reason": reason})
            return stale.value
        else:
            await self._try(self._write(key, value))
            return value
        finally:
            if token is not None:
                await self._try(self._client.eval(RELEASE, 1, _lock_of(key), token))

    async def _read(self, key: str) -> Entry | None:
        found = await self._ask(self._client.get(key))
        if found is None:
            return None
        try:
            return Entry(**json.loads(found))
        except (ValueError, TypeError):
            return None  # another version of the service wrote it

    def _write(self, key: str, value: Any) -> Awaitable[Any]:
        ttl, stale = self._ttl, self._stale
        if value is None:
            ttl, stale = self._negative_ttl, 0.0
        ttl *= random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
        entry = {"value": value, "fresh_until": time.time() + ttl}
        return self._client.set(key, json.dumps(entry), px=max(1, int((ttl + stale) * 1000)))

    async def _lock(self, key: str) -> str | None:
        """Return the token of the lock that this call took; None if another has it."""
        token = uuid.uuid4().hex
        asked = self._client.set(_lock_of(key), token, nx=True, px=int(LOCK_SECONDS * 1000))
        return token if await self._ask(asked) else None

    async def _loaded_elsewhere(self, key: str) -> Entry | None:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            await asyncio.sleep(POLL_SECONDS)
            entry = await self._read(key)
            if entry is not None and entry.fresh:
                return entry
        return None

    async def _try(self, command: Awaitable[Any]) -> None:
        with contextlib.suppress(UnavailableError):  # the value is known, and the lock expires
            await self._ask(command)

    async def _ask(self, command: Awaitable[Any], limit_seconds: float = LIMIT_SECONDS) -> Any:
        """Return the result of *command*; raises UnavailableError.

        A command over its limit goes on in the background, since it may be opening a connection.
        """
        task = asyncio.ensure_future(command)
        if time.monotonic() < self._paused_until:
            task.cancel()
            raise UnavailableError("the cache has just failed")
        done, _ = await asyncio.wait({task}, timeout=limit_seconds)
        if not done:
            task.add_done_callback(_consume)
            raise self._failed(f"no answer within {limit_seconds * 1000:.0f} ms")
        try:
            return task.result()
        except Exception as error:  # whatever fails, the source is asked
            raise self._failed(f"{type(error).__name__}: {error}") from error

    def _failed(self, reason: str) -> UnavailableError:
        self._paused_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("the cache does not answer", extra={"reason": reason})
        return UnavailableError(reason)


def _lock_of(key: str) -> str:
    return f"{key}:lock"


def _consume(task: asyncio.Task[Any]) -> None:
    """Retrieve the exception of a task that nobody awaits."""
    if not task.cancelled():
        task.exception()
