"""Keeps the environments of provisioned concurrency warm."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp

from localcloud.runtime.functions.invocation import InvokeError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localcloud.runtime.context import WorkerContext
    from localcloud.runtime.functions.pool import Pool

_LOG = logging.getLogger(__name__)

MOST_KEPT = 2
"""Each environment is a process of this machine."""


class ProvisionedConcurrency:
    """Starts environments before they are needed, and keeps them."""

    def __init__(self, context: WorkerContext) -> None:
        """Read the configurations from the control plane."""
        self._context = context
        self._pools: list[Pool] = []
        self._starting: set[asyncio.Task[None]] = set()

    async def apply(self, pool_of: Callable[[str, str], Awaitable[Pool]]) -> None:
        """Keep what is configured now, and nothing else."""
        url = f"{self._context.endpoint}/_bulkhead/functions/provisioned"
        try:
            async with self._context.http.get(url) as response:
                response.raise_for_status()
                wanted = await response.json()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _LOG.info("provisioned concurrency cannot be read: %r", error)
            return
        kept: dict[Pool, int] = {}
        for one in wanted:
            try:
                kept[await pool_of(one["Function"], one["Qualifier"])] = one["Count"]
            except InvokeError as error:
                _LOG.info("%s is not provisioned: %s", one["Function"], error)
        for pool in self._pools:
            if pool not in kept:
                pool.kept = 0
        self._pools = list(kept)
        for pool, count in kept.items():
            pool.kept = min(count, MOST_KEPT)
            task = asyncio.create_task(pool.start_kept())
            self._starting.add(task)
            task.add_done_callback(self._started)

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _LOG.warning("an environment was not started: %s", error)

    def close(self) -> None:
        """Start no more environments."""
        for task in self._starting:
            task.cancel()
