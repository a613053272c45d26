"""Open pages receive what has changed, and nothing else."""

import json

import pytest

from localcloud.telemetry.console.pages import PAGES
from tests.localcloud.telemetry.console.described import NOW

PATHS = [one.path for one in PAGES if "{" not in one.path] + [
    "/queues/orders-queue",
    "/tables/stock",
    "/streams/events",
    "/dashboards/orders",
]
NOT_LIVE = {"/policies"}


@pytest.fixture
def full(shop):
    shop.log(json.dumps({"level": "ERROR", "message": "no"}))
    shop.dashboards["orders"] = json.dumps({"widgets": [{"type": "alarm", "properties": {}}]})
    shop.alarms["MetricAlarms"] = [{"AlarmName": "a", "StateValue": "OK", "Timestamp": NOW}]
    shop.items.append({"sku": {"S": "hat"}})
    shop.records.append({"PartitionKey": "a", "Data": b"b"})
    return shop


@pytest.mark.parametrize("path", [one for one in PATHS if one not in NOT_LIVE])
async def test_every_page_has_fragments_that_are_in_it(console, full, path):
    async with console.get(f"/live{path}") as stream:
        await stream.content.readuntil(b"\n\n")
        event = await stream.content.readuntil(b"\n\n")
    page = await (await console.get(path)).text()

    fragment = json.loads(event.removeprefix(b"data: "))
    assert f'id="{fragment["id"]}"' in page
    assert fragment["html"].strip() in page


async def test_the_first_reader_and_the_second_get_the_same(console, full):
    async def first_event(stream):
        await stream.content.readuntil(b"\n\n")
        return await stream.content.readuntil(b"\n\n")

    async with console.get("/live/logs") as one, console.get("/live/logs") as two:
        assert await first_event(one) == await first_event(two)
