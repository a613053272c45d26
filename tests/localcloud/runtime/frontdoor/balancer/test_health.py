"""What target health promises."""

from __future__ import annotations

import pytest
from aiohttp import web

from localcloud.runtime.frontdoor.balancer.health import accepts
from localcloud.runtime.frontdoor.balancer.target_group import TargetState


@pytest.mark.parametrize(
    ("matcher", "status", "expected"),
    [
        ("200", 200, True),
        ("200", 204, False),
        ("200,204", 204, True),
        ("200-299", 250, True),
        ("200-299", 300, False),
    ],
)
def test_a_matcher_accepts_its_codes(matcher, status, expected):
    assert accepts(matcher, status) is expected


async def test_a_target_that_starts_to_fail_becomes_unhealthy_and_recovers(open_door, targets):
    status = 200

    async def handler(_request):
        return web.Response(status=status)

    async with open_door() as served, targets["server"](handler) as address:
        await served.group(address, healthy_threshold=2, unhealthy_threshold=2)
        await served.healthy(address)

        status = 500
        await served.state(TargetState.UNHEALTHY, address)
        reason = served.door.target_groups[next(iter(served.groups))].targets[address].reason
        status = 200
        await served.state(TargetState.HEALTHY, address)

    assert reason == "Target.ResponseCodeMismatch: 500"


async def test_a_target_that_never_answers_becomes_unhealthy(open_door, unused_port):
    address = f"127.0.0.1:{unused_port()}"
    async with open_door() as served:
        await served.group(address)
        await served.state(TargetState.UNHEALTHY, address)

        target = served.door.target_groups[next(iter(served.groups))].targets[address]

    assert target.reason == "Target.FailedHealthChecks"
