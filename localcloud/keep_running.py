"""Runs the parts of a process concurrently and restarts those that fail."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol, TypeVar

from localcloud.backoff import backoff

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

_LOG = logging.getLogger(__name__)

FIRST_DELAY_SECONDS = 0.5
MAX_DELAY_SECONDS = 30.0


class Context(Protocol):
    """What the parts of a process share."""

    parts_ready: set[str]
    """The parts that have started."""


C = TypeVar("C", bound=Context)


async def keep_running(context: C, parts: Mapping[str, Callable[[C], Awaitable[None]]]) -> None:
    """Run every part until cancelled; a part that ends is restarted after a delay."""
    async with asyncio.TaskGroup() as group:
        for name, run in parts.items():
            group.create_task(_keep_running(context, name, run), name=name)


async def _keep_running(context: C, name: str, run: Callable[[C], Awaitable[None]]) -> None:
    delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        try:
            await run(context)
            _LOG.error("%s ended unexpectedly; restarting it", name)
        except Exception:  # noqa: BLE001 - the others go on, whatever it was
            _LOG.exception("%s failed; restarting it", name)
        context.parts_ready.discard(name)
        if loop.time() - started > MAX_DELAY_SECONDS:
            delays = backoff(FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
        await asyncio.sleep(next(delays))
