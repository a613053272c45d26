"""A service behind the real front door: what its clients notice of a replacement."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager

import aiohttp

from localcloud.runtime.frontdoor.balancer.listener import Listener
from localcloud.runtime.frontdoor.balancer.rules import rules
from localcloud.runtime.frontdoor.balancer.target_group import TargetGroupSettings
from localcloud.runtime.frontdoor.configuration import Configuration, DeclaredTargetGroup
from localcloud.runtime.frontdoor.front_door import FrontDoor
from localcloud.runtime.frontdoor.token_verifier import TokenVerifier

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/orders/1"
RULE = {
    "Priority": "default",
    "Actions": [{"Type": "forward", "TargetGroupArn": GROUP}],
}


@asynccontextmanager
async def front_door(shop):
    """Serve the targets that the fake cloud knows, and let it tell what the door thinks."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
    ) as http:
        door = FrontDoor(shop.layout, http, TokenVerifier(http, ""), None, "", "")  # type: ignore[arg-type]
        listener = Listener("listener", "shop", "HTTP", 80, rules([RULE]))
        settings = TargetGroupSettings(GROUP, "orders", interval_seconds=0.5)

        async def follow():
            while True:
                addresses = tuple(shop.cloud.groups.get(GROUP, ()))
                await door.apply(
                    Configuration((listener,), (DeclaredTargetGroup(settings, addresses),))
                )
                await asyncio.sleep(0.05)

        async def targets():
            return door.health()

        shop.cloud.targets = targets
        following = asyncio.create_task(follow())
        while not door.applied:
            await asyncio.sleep(0.01)
        try:
            yield door._listeners["listener"][0].url
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await door.close()


async def test_two_tasks_are_replaced_under_load_without_a_failed_request(ecs):
    seen = Counter()

    async def load(client, url):
        while True:
            async with client.get(url) as answer:
                version = (await answer.text()).split()[0] if answer.status == 200 else "?"
                seen[answer.status, version] += 1

    async with ecs() as shop, front_door(shop) as url, aiohttp.ClientSession() as client:
        shop.service(shop.define(1), 2, groups=[GROUP])
        await shop.until("COMPLETED")
        clients = [asyncio.create_task(load(client, url)) for _ in range(4)]
        shop.service(shop.define(2), 2, groups=[GROUP])
        await shop.until("COMPLETED")
        await asyncio.sleep(0.2)
        for one in clients:
            one.cancel()
        failures = [
            e
            for e in await asyncio.gather(*clients, return_exceptions=True)
            if not isinstance(e, asyncio.CancelledError)
        ]

    assert failures == []
    assert set(seen) == {(200, "1"), (200, "2")}


async def test_a_task_that_is_killed_is_left_out_and_replaced(ecs, eventually):
    async with ecs() as shop, front_door(shop) as url, aiohttp.ClientSession() as client:
        shop.service(shop.define(1), 2, groups=[GROUP])
        await shop.until("COMPLETED")
        before = len(shop.cloud.service_reports)
        killed = shop.tasks()[0]
        killed.containers["orders"].kill()
        await asyncio.sleep(0.1)

        got = []
        for _ in range(20):
            async with client.get(url) as answer:
                got.append(answer.status)
        await shop.reported(lambda one: one["runningCount"] == 1, before)
        await eventually(lambda: killed not in shop.tasks() and len(shop.tasks()) == 2)
        await eventually(lambda: shop.cloud.service_reports[-1]["runningCount"] == 2)

    assert got == [200] * 20


async def test_a_deployment_that_its_limits_block_is_told_once(ecs):
    limits = {"minimumHealthyPercent": 100, "maximumPercent": 100}
    async with ecs() as shop:
        shop.service(shop.define(1), deploymentConfiguration=limits)
        await shop.until("COMPLETED")
        shop.service(shop.define(2), deployment="2", deploymentConfiguration=limits)

        await shop.reported(lambda one: any("unable to stop" in text for text in one["events"]))
        await asyncio.sleep(0.5)
        told = [text for one in shop.cloud.service_reports for text in one["events"]]

    [blocked] = [text for text in told if "unable" in text]
    assert blocked == (
        "(service orders) was unable to stop or start tasks during a deployment because of the"
        " service deployment configuration. Update the minimumHealthyPercent or maximumPercent"
        " value and try again."
    )
