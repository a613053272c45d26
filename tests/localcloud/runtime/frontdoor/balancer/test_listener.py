"""Which action of a listener answers a request."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.localcloud.halts import HALTS
from tests.localcloud.runtime.frontdoor.balancer.listener_rules import (
    GROUP,
    OTHER,
    fixed,
    forward,
)


async def test_the_rule_with_the_lowest_priority_number_decides(open_door):
    async with open_door() as served:
        url = await served.listen(
            fixed("default", 404, "nothing here"),
            fixed("20", 200, "twenty", "/orders*"),
            fixed("3", 200, "three", "/orders/*"),
        )

        got = []
        for path in ("/orders/1", "/orders", "/else"):
            async with served.client.get(url + path) as answer:
                got.append((answer.status, await answer.text()))

    assert got == [(200, "three"), (200, "twenty"), (404, "nothing here")]


async def test_healthy_targets_take_turns_and_weights_are_kept(open_door, targets):
    echo, server = targets["echo"], targets["server"]
    async with (
        open_door() as served,
        server(echo("a")) as a,
        server(echo("b")) as b,
        server(echo("c")) as c,
    ):
        await served.group(a, b)
        await served.group(c, arn=OTHER)
        await served.healthy(a, b)
        await served.healthy(c, arn=OTHER)
        weighted = [
            {"TargetGroupArn": GROUP, "Weight": 8},
            {"TargetGroupArn": OTHER, "Weight": 2},
        ]
        url = await served.listen(forward(TargetGroups=weighted))

        names = Counter()
        for _ in range(50):
            async with served.client.get(url) as answer:
                names[(await answer.json())["name"]] += 1

    assert names == {"a": 20, "b": 20, "c": 10}


async def test_a_client_stays_with_its_group_when_that_is_wished(open_door, targets):
    echo, server = targets["echo"], targets["server"]
    async with open_door() as served, server(echo("a")) as a, server(echo("b")) as b:
        await served.group(a)
        await served.group(b, arn=OTHER)
        await served.healthy(a)
        await served.healthy(b, arn=OTHER)
        groups = [{"TargetGroupArn": arn, "Weight": 1} for arn in (GROUP, OTHER)]
        sticky = {"Enabled": True, "DurationSeconds": 60}
        rule = forward(TargetGroups=groups, TargetGroupStickinessConfig=sticky)
        url = await served.listen(rule)

        async with served.client.get(url) as answer:
            first = (await answer.json())["name"]
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        names = set()
        for _ in range(4):
            async with served.client.get(url, headers={"Cookie": cookie}) as answer:
                names.add((await answer.json())["name"])

    assert names == {first}


async def test_a_redirect_leads_to_the_local_port_of_the_other_listener(open_door):
    async with open_door() as served:
        secure = await served.listen(fixed("default", 200), port=443, protocol="HTTPS")
        rule = forward()
        config = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
        rule["Actions"] = [{"Type": "redirect", "RedirectConfig": config}]
        plain = await served.listen(rule)

        async with served.client.get(f"{plain}/x?y=1", allow_redirects=False) as answer:
            got = (answer.status, answer.headers["Location"])

    assert got == (301, f"{secure}/x?y=1")


@pytest.mark.parametrize(("halt", "_reason", "message"), HALTS)
async def test_a_service_that_does_not_run_is_named_once_its_targets_are_gone(
    open_door, targets, halt, _reason, message
):
    async with open_door() as served, targets["server"](targets["echo"]("a")) as a:
        halt(served.door.layout, "orders")
        await served.group(a, service="orders")
        await served.healthy(a)
        url = await served.listen(forward(TargetGroups=[{"TargetGroupArn": GROUP, "Weight": 1}]))
        got = []
        for registered in ((a,), ()):
            await served.group(*registered, service="orders", deregistration_delay_seconds=0)
            async with served.client.get(url) as answer:
                got.append((answer.status, await answer.text()))

    assert got[0][0] == 200
    assert got[1] == (503, f"{message}\n")
