"""The workers' HTTP server: health, and the routes of the parts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from localcloud.origin_check import rejection_reason
from localcloud.ports import HOST, claim
from localcloud.runtime.overlays import route as overlays
from localcloud.runtime.timers import route as timers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from localcloud.runtime.context import WorkerContext

MAX_BODY_BYTES = 8 * 1024 * 1024
"""Above the limits that the routes check, so that their errors are returned."""


@asynccontextmanager
async def serving(context: WorkerContext, parts: Collection[str]) -> AsyncIterator[None]:
    """Serve on the port `workers` until the block ends; healthy once all of *parts* are ready."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if message := rejection_reason(
            *map(request.headers.get, ("Host", "Origin", "Sec-Fetch-Site"))
        ):
            return web.json_response({"message": message}, status=403)
        segment = request.path.split("/", 2)[1]
        if segment == "health":
            return _health(context, parts)
        if route := context.routes.get(segment):
            return await route(request)
        return web.json_response({"message": f"no such route: {request.path}"}, status=404)

    context.routes[overlays.ROUTE] = overlays.overlays_route(context.overlays)
    context.routes[timers.ROUTE] = timers.clock_route(context.clock)
    application = web.Application(client_max_size=MAX_BODY_BYTES)
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        port = claim(context.layout, "workers")
        await web.TCPSite(runner, HOST, port).start()
        yield
    finally:
        await runner.cleanup()


def _health(context: WorkerContext, parts: Collection[str]) -> web.Response:
    starting = sorted(set(parts) - context.parts_ready)
    if starting:
        return web.json_response({"status": "starting", "waitingFor": starting}, status=503)
    return web.json_response({"status": "ready"})
