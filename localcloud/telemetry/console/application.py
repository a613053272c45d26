"""The console's web application: pages, their JSON, event streams and writes."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.telemetry.console import render, security
from localcloud.telemetry.console.data import ConsoleError, Request
from localcloud.telemetry.console.live import Broadcaster, TooManyChannelsError
from localcloud.telemetry.console.pages import ACTIONS, PAGES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from localcloud.telemetry.console.data import Sources
    from localcloud.telemetry.console.page import Action, Data, Page

_LOG = logging.getLogger(__name__)

STATIC = Path(__file__).with_name("static")
ASSETS = {
    "console.css": "text/css",
    "console.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
HEARTBEAT_SECONDS = 15.0
MAX_BODY_BYTES = 64 * 1024
LOAD_SECONDS = 20.0
DO_STATUS = "See what runs: bulkhead status"


def application(sources: Sources, broadcaster: Broadcaster | None = None) -> web.Application:
    """Return the application over *sources*."""
    console = _Console(sources, broadcaster or Broadcaster())
    made = web.Application(
        middlewares=[security.guard, console.errors], client_max_size=MAX_BODY_BYTES
    )
    made.on_response_prepare.append(security.add_headers)
    made.on_shutdown.append(console.close)
    for name, kind in ASSETS.items():
        made.router.add_get(f"/static/{name}", _asset(STATIC / name, kind))
    made.router.add_get("/health", _health)
    for one in PAGES:
        made.router.add_get(one.json_path, console.json(one))
        made.router.add_get(f"/live{one.path}", console.stream(one))
        made.router.add_get(one.path, console.html(one))
    for action in ACTIONS:
        made.router.add_post(action.path, console.write(action))
    return made


class _Console:
    def __init__(self, sources: Sources, broadcaster: Broadcaster) -> None:
        self.sources = sources
        self.broadcaster = broadcaster

    async def close(self, _: web.Application) -> None:
        await self.broadcaster.close()

    def html(self, page: Page) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            data = await self._load(page, _request(request))
            text = render.page(page.name, data, self._frame(page, request))
            return web.Response(text=text, content_type="text/html")

        return answer

    def json(self, page: Page) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            return _json(await self._load(page, _request(request)))

        return answer

    def stream(self, page: Page) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            asked, frame = _request(request), self._frame(page, request)

            async def rendered() -> Mapping[str, str]:
                return render.fragments(page.name, await self._load(page, asked), frame)

            try:
                with self.broadcaster.subscribed(request.path_qs, rendered) as subscriber:
                    return await _stream(request, subscriber.events)
            except TooManyChannelsError as error:
                message = "Too many different pages are open."
                raise ConsoleError(503, message, "Close some of them, and reload.") from error

        return answer

    def write(self, action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            form = {name: str(value) for name, value in (await request.post()).items()}
            path, told = await action.run(self.sources, _request(request), form)
            raise web.HTTPSeeOther(f"{path}?{urlencode({'told': told})}")

        return answer

    @web.middleware
    async def errors(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPNotFound:
            told = ConsoleError(404, f"There is no page {request.path}.")
        except web.HTTPMethodNotAllowed as error:
            allowed = f"Use {', '.join(sorted(error.allowed_methods))}."
            told = ConsoleError(405, f"{request.method} {request.path} is not allowed.", allowed)
        except web.HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the person gets a page
            told = _told(error, request.path)
        return self._error(request, told.status, told.message, told.do)

    def _error(self, request: web.Request, status: int, message: str, do: str) -> web.Response:
        content = {"status": status, "message": message, "do": do}
        if request.path.endswith(".json"):
            return _json(content, status)
        data = render.page("error", content, self._frame(None, request))
        return web.Response(text=data, content_type="text/html", status=status)

    async def _load(self, page: Page, request: Request) -> Data:
        async with asyncio.timeout(LOAD_SECONDS):
            return await page.load(self.sources, request)

    def _frame(self, page: Page | None, request: web.Request) -> dict[str, Any]:
        here = request.path.removeprefix("/live") or "/"
        query = f"?{request.query_string}" if request.query_string else ""
        return {
            "page": page,
            "menu": [one for one in PAGES if one.in_menu],
            "here": here,
            "live": f"/live{here}{query}" if page else "",
            "json_url": f"{'/index' if here == '/' else here}.json{query}",
            "told": request.query.get("told", "")[:500],
            "query": dict(request.query),
        }


def _told(error: Exception, path: str) -> ConsoleError:
    """Return what a person is told about *error*."""
    if isinstance(error, ConsoleError):
        return error
    if isinstance(error, ClientError):
        found = error.response.get("Error", {})
        message = f"The emulated AWS answers {found.get('Code')}: {found.get('Message')}"
        return ConsoleError(502, message, DO_STATUS)
    if isinstance(error, (aiohttp.ClientError, BotoCoreError, TimeoutError, OSError)):
        message = f"The emulated AWS does not answer: {type(error).__name__}."
        return ConsoleError(502, message, f"It may be restarting. {DO_STATUS}")
    _LOG.error("%s failed", path, exc_info=error)
    do = "Its traceback is in the log: bulkhead logs telemetry"
    return ConsoleError(500, "This page has failed.", do)


def _request(request: web.Request) -> Request:
    return Request(dict(request.match_info), dict(request.query))


def _json(data: Any, status: int = 200) -> web.Response:
    text = json.dumps(data, default=str, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json", status=status)


def _asset(path: Path, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        text = await asyncio.to_thread(path.read_text)
        return web.Response(text=text, content_type=kind, charset="utf-8")

    return answer


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ready"})


async def _stream(request: web.Request, events: asyncio.Queue[bytes | None]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(b"retry: 1000\n\n")
    try:
        while True:
            try:
                data = await asyncio.wait_for(events.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                data = b": still here\n\n"
            if data is None:
                return response
            await response.write(data)
    except ConnectionError:
        return response
