"""The two HTTP servers: `telemetry` for intake and AWS operations, `console` for the page."""

from __future__ import annotations

import hmac
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from localcloud.origin_check import rejection_reason
from localcloud.ports import HOST, claim
from localcloud.run_key import HEADER
from localcloud.telemetry.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from localcloud.telemetry.context import Route, TelemetryContext

MAX_BODY_BYTES = 8 * 1024 * 1024
"""Above the limits that the routes check, so that their errors are returned."""


@asynccontextmanager
async def serving(context: TelemetryContext) -> AsyncIterator[None]:
    """Serve both ports until the block ends."""
    runners = [
        web.AppRunner(one, access_log=None, handle_signals=False, shutdown_timeout=1)
        for one in (intake_application(context), context.console)
    ]
    try:
        for runner, name in zip(runners, ("telemetry", "console"), strict=True):
            await runner.setup()
            await web.TCPSite(runner, HOST, claim(context.layout, name)).start()
        yield
    finally:
        for runner in runners:
            await runner.cleanup()


def intake_application(context: TelemetryContext) -> web.Application:
    """Return the application of the port `telemetry`; it refuses any `Origin`."""
    application = web.Application(client_max_size=MAX_BODY_BYTES)
    router = application.router

    async def health(_: web.Request) -> web.StreamResponse:
        waiting = sorted(set(PARTS) - context.parts_ready)
        status = HTTPStatus.SERVICE_UNAVAILABLE if waiting else HTTPStatus.OK
        told = {"status": "starting", "waitingFor": waiting} if waiting else {"status": "ready"}
        return web.json_response(told, status=status)

    router.add_get("/health", _checked(health))
    router.add_post("/aws/{service}/{operation}", _checked(context.operations.answer, context.key))
    for (method, path), route in context.routes.items():
        router.add_route(method, path, _checked(route, context.key))
    for (method, path), route in context.open_routes.items():
        router.add_route(method, path, _checked(route))
    return application


def _checked(route: Route, key: str | None = None) -> Route:
    async def answer(request: web.Request) -> web.StreamResponse:
        message = rejection_reason(*map(request.headers.get, ("Host", "Origin", "Sec-Fetch-Site")))
        if "Origin" in request.headers:
            message = message or "requests of web pages are rejected: no Origin is allowed here"
        given = request.headers.get(HEADER, "")
        if key is not None and not hmac.compare_digest(given.encode(), key.encode()):
            message = message or f"the header {HEADER} must have the key of this environment"
        if message:
            return web.json_response({"message": message}, status=HTTPStatus.FORBIDDEN)
        return await route(request)

    return answer
