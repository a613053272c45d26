"""When expiry is checked: each minute, and at each due moment while the clock is advanced."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from localcloud.runtime.timers.clock import Clock
from localcloud.runtime.timers.expiry import Expiry

START = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)


def test_each_moment_is_checked_in_order_while_the_clock_is_advanced(tmp_path):
    items = [START + timedelta(minutes=30), START + timedelta(hours=5)]
    checked = []

    async def expire(request):
        now = datetime.fromtimestamp((await request.json())["now"], UTC)
        checked.append((request.path.split("/")[2], now))
        return web.json_response({})

    async def upcoming(_request):
        last = checked[-1][1]
        later = [item.timestamp() for item in items if item > last]
        return web.json_response({"next": min(later, default=None)})

    async def run():
        app = web.Application()
        app.router.add_put("/_bulkhead/dynamodb/expire", expire)
        app.router.add_put("/_bulkhead/s3/expire", expire)
        app.router.add_get("/_bulkhead/dynamodb/next-expiry", upcoming)
        async with TestServer(app) as server, ClientSession() as http:
            clock = Clock(tmp_path / "clock.json", lambda: START)
            endpoint = f"http://127.0.0.1:{server.port}"
            context = SimpleNamespace(http=http, clock=clock, endpoint=endpoint)
            timer = Expiry(context, lambda: 100.0)  # pyright: ignore[reportArgumentType]
            clock.add(timer)
            await clock.advance(timedelta(hours=6))
        return timer

    timer = asyncio.run(run())

    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    moments = [moment for service, moment in checked if service == "dynamodb"]
    assert moments == [START, START + timedelta(minutes=1), items[0], midnight, items[1]]
    assert {service for service, _ in checked} == {"dynamodb", "s3"}
    assert timer.next_due() > START + timedelta(hours=6)
