"""A mapping that is disabled or deleted releases what the function did not get."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from localcloud.runtime.event_sources import poller
from localcloud.runtime.event_sources.event_source_mapping import parse_mapping
from tests.localcloud.runtime.event_sources.conftest import in_flight, left, send
from tests.localcloud.runtime.fake_cloud import eventually

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("deleted", [True, False])
async def test_what_a_window_gathered_is_released_when_the_mapping_ends(
    cloud, function, mapped, deleted
):
    url, uuid = mapped(
        queue={"VisibilityTimeout": "60"}, BatchSize=20, MaximumBatchingWindowInSeconds=60
    )
    send(cloud, url, "a", "b")
    await eventually(lambda: in_flight(cloud, url) == 2)

    if deleted:
        cloud.client("lambda").delete_event_source_mapping(UUID=uuid)
    else:
        cloud.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)

    await eventually(lambda: in_flight(cloud, url) == 0)
    assert function.bodies == []
    assert left(cloud, url) == 2


async def test_what_a_throttled_function_did_not_get_is_released_when_the_mapping_is_disabled(
    cloud, function, mapped
):
    throttled = asyncio.Event()

    def throttle(_records):
        throttled.set()
        return web.Response(status=429)

    function.answer = throttle
    url, uuid = mapped(queue={"VisibilityTimeout": "60"})
    send(cloud, url, "a")
    await throttled.wait()

    cloud.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)

    await eventually(lambda: in_flight(cloud, url) == 0)
    assert left(cloud, url) == 1


class Slow:
    """Delays the answers to ReceiveMessage that have messages until *released* is set."""

    def __init__(self, aws):
        self.aws, self.has_messages, self.released = aws, asyncio.Event(), asyncio.Event()

    def __getattr__(self, name):
        return getattr(self.aws, name)

    async def __call__(self, service, operation, **parameters):
        answer = await self.aws(service, operation, **parameters)
        if operation == "ReceiveMessage" and answer.get("Messages"):
            self.has_messages.set()
            await self.released.wait()
        return answer


async def test_what_sqs_took_for_a_receive_in_progress_is_released(
    cloud, function, mapped, monkeypatch
):
    slow = Slow(function.context.aws)
    monkeypatch.setattr(function.context, "aws", slow)
    monkeypatch.setattr(poller, "LAST_ANSWER_SECONDS", 10)
    url, uuid = mapped(queue={"VisibilityTimeout": "60"}, enabled=False)
    described = cloud.client("lambda").get_event_source_mapping(UUID=uuid)
    polling = poller.Poller(function.context, parse_mapping(described))
    send(cloud, url, "a")

    polling.start()
    await slow.has_messages.wait()
    stopping = asyncio.create_task(polling.stop())
    await asyncio.sleep(0)
    slow.released.set()
    await stopping

    assert function.bodies == []
    assert (in_flight(cloud, url), left(cloud, url)) == (0, 1)
