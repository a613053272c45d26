from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient, TestServer

from localcloud.telemetry.console.application import application
from localcloud.telemetry.console.live import Broadcaster
from tests.localcloud.telemetry.console.doubles import Shop


@pytest.fixture
def shop() -> Shop:
    """A small running system, in memory."""
    return Shop()


@pytest.fixture
async def console(shop):
    """A client of the console over the shop."""
    app = application(shop.sources(), Broadcaster(every_seconds=0.01))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


@pytest.fixture
def own(console) -> dict[str, str]:
    """The headers that a browser sends with a form of the console."""
    origin = f"http://127.0.0.1:{console.port}"
    return {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
