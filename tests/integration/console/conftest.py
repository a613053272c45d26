"""A browser for each module of this folder, over a console whose shop is in memory.

It ends with the module: while Playwright runs, no other event loop can run in this thread.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from localcloud.telemetry.console.application import application
from localcloud.telemetry.console.live import Broadcaster
from tests.integration.console.browser import browsing, tab
from tests.integration.console.shops import full_shop

if TYPE_CHECKING:
    from tests.localcloud.telemetry.console.doubles import Shop

SECONDS = 400
"""Timeout of a test; the first one may install the browser."""


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.integration)
            item.add_marker(pytest.mark.timeout(SECONDS))


@dataclass
class Served:
    """A console and the shop that it shows."""

    url: str
    shop: Shop
    answers: queue.Queue[tuple[str, str, int]]
    """Method, path and status of what it has answered."""


@contextmanager
def served(app: web.Application):
    """Serve *app* on a thread of its own; yield its URL."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner.addresses[0][1]

    thread = threading.Thread(target=loop.run_forever, name="console under test")
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="module")
def browser():
    with browsing() as one:
        yield one


@contextmanager
def served_console():
    shop = full_shop()
    app = application(shop.sources(), Broadcaster(every_seconds=0.05))
    answers = queue.Queue()

    async def note(request: web.Request, response: web.StreamResponse) -> None:
        answers.put((request.method, request.path, response.status))

    app.on_response_prepare.append(note)
    with served(app) as url:
        yield Served(url, shop, answers)


@pytest.fixture(scope="module")
def console():
    """The console over a full shop; tests that change the shop have one of their own."""
    with served_console() as one:
        yield one


@pytest.fixture
def own_console():
    with served_console() as one:
        yield one


@pytest.fixture
def page(browser, console):
    """A tab; at the end nothing may have gone wrong in it."""
    with tab(browser, console.url) as one:
        yield one
        assert one.problems == []
