"""The workers' route with which `bulkhead time` reads and advances the clock of AWS timers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localcloud.runtime.timers.clock import Clock

ROUTE = "time"


def clock_route(clock: Clock) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler: GET tells the time, POST `{"seconds": n}` adds n seconds first."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            seconds = (await request.json()).get("seconds")
            if not isinstance(seconds, (int, float)) or seconds <= 0:
                message = f"seconds={seconds!r} is refused: write a positive number"
                return web.json_response({"message": message}, status=400)
            await clock.advance(timedelta(seconds=seconds))
        added = clock.added.total_seconds()
        return web.json_response({"now": clock.now().isoformat(), "addedSeconds": added})

    return answer
