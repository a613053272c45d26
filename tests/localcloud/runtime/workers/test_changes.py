from __future__ import annotations

import asyncio

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from localcloud.runtime.changes import ChangeFeed

pytestmark = pytest.mark.asyncio


class ControlPlane:
    """Only its change feed, on one port over all its lives."""

    def __init__(self):
        self.port = 0
        self.version = 0
        self.services: list[str] = []
        self._changed = asyncio.Event()
        self._runner = None

    async def start(self):
        application = web.Application()
        application.router.add_get("/_bulkhead/changes", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def stop(self):
        await self._runner.cleanup()

    def change(self, *services):
        self.version += 1
        self.services = list(services)
        self._changed.set()

    async def _answer(self, request):
        since = int(request.query["since"])
        if self.version <= since:
            self._changed.clear()
            try:
                async with asyncio.timeout(float(request.query["timeout"])):
                    await self._changed.wait()
            except TimeoutError:
                return web.json_response({"version": self.version, "services": []})
        return web.json_response({"version": self.version, "services": self.services})


@pytest_asyncio.fixture
async def control():
    plane = ControlPlane()
    await plane.start()
    yield plane
    await plane.stop()


@pytest_asyncio.fixture
async def feed(control):
    async with aiohttp.ClientSession() as http:
        made = ChangeFeed(f"http://127.0.0.1:{control.port}", http)
        running = asyncio.create_task(made.run())
        while not made.connected:
            await asyncio.sleep(0.005)
        yield made
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def soon(iterator):
    async with asyncio.timeout(3):
        return await anext(iterator)


async def test_a_reader_is_first_told_to_look_at_everything_it_reads(feed):
    changes = feed.watch("ecs", "sqs")

    assert await soon(changes) == {"ecs", "sqs"}


async def test_a_reader_is_told_of_its_services_alone(control, feed):
    changes = feed.watch("ecs", "lambda")
    await soon(changes)

    control.change("s3")
    await asyncio.sleep(0.05)
    control.change("s3", "lambda")

    assert await soon(changes) == {"lambda"}


async def test_changes_made_while_a_reader_works_are_told_together(control, feed):
    changes = feed.watch("ecs", "lambda")
    await soon(changes)

    for service in ("ecs", "lambda", "ecs"):
        control.change(service)
        await asyncio.sleep(0.05)

    assert await soon(changes) == {"ecs", "lambda"}


async def test_a_reader_may_ask_to_be_woken_without_a_change(feed):
    changes = feed.watch("ecs", every_seconds=0.05)
    await soon(changes)

    assert await soon(changes) == set()


async def test_after_a_restart_of_the_control_plane_readers_look_again(control, feed):
    changes = feed.watch("ecs")
    await soon(changes)

    await control.stop()
    await asyncio.sleep(0.2)
    assert not feed.connected
    await control.start()

    assert await soon(changes) == {"ecs"}


async def test_readers_do_not_take_changes_from_each_other(control, feed):
    first, second = feed.watch("ecs"), feed.watch("ecs")
    await soon(first)
    await soon(second)

    control.change("ecs")

    assert await soon(first) == {"ecs"}
    assert await soon(second) == {"ecs"}
