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
    """Return the handler: GET tells the time, POST `{"seconds": n}` adds n seconds first.

    `leftSeconds` is what one request did not add, because too many timers fired.
    """

    async def answer(request: web.Request) -> web.StreamResponse:
        left = 0.0
        if request.method == "POST":
            seconds = (await request.json()).get("seconds")
            if not isinstance(seconds, (int, float)) or seconds <= 0:
                message = f"seconds={seconds!r} is refused: write a positive number"
                return web.json_response({"message": message}, status=400)
            target = clock.now() + timedelta(seconds=seconds)
            left = (target - await clock.advance(timedelta(seconds=seconds))).total_seconds()
        added = clock.added.total_seconds()
        about = {"now": clock.now().isoformat(), "addedSeconds": added}
        return web.json_response({**about, "leftSeconds": max(0.0, left)})

    return answer
