"""Collects the keys that are asked for at about the same time, and loads them together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    LoadMany = Callable[[list[str]], Awaitable[Mapping[str, Any]]]

WAIT_SECONDS = 0.05  # for the keys of a batch that have not been asked for yet


class Batch:
    """One load of the keys among *keys* that have to be loaded, and of those alone."""

    def __init__(self, keys: Iterable[str], load: LoadMany) -> None:
        """Call *load* once each of *keys* is asked for or settled; late ones are a second load."""
        self._load = load
        self._open = set(keys)
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def get(self, key: str) -> Any:
        """Return the value of *key*; None if the load does not find it. Its errors are raised."""
        loop = asyncio.get_running_loop()
        found = self._waiting[key] = loop.create_future()
        if self._timer is None:
            self._timer = loop.call_later(WAIT_SECONDS, self._start)
        self.settle(key)
        return await found

    def settle(self, key: str) -> None:
        """Do not wait for *key* any longer."""
        self._open.discard(key)
        if not self._open:
            self._start()

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            task = asyncio.ensure_future(self._run(self._waiting))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            self._waiting = {}

    async def _run(self, waiting: dict[str, asyncio.Future[Any]]) -> None:
        found: Mapping[str, Any] = {}
        failed: Exception | None = None
        try:
            found = await self._load(sorted(waiting))
        except Exception as error:  # noqa: BLE001 - it is raised for each key
            failed = error
        for key, future in waiting.items():
            if future.done():
                continue  # its caller was cancelled
            if failed is None:
                future.set_result(found.get(key))
            else:
                future.set_exception(failed)
