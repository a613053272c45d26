"""What a load balancer counts."""

from __future__ import annotations

import pytest
from aiohttp import web

from localcloud.measurements import Measurements
from localcloud.runtime.frontdoor.balancer.metrics import balancer_of, count_hosts, group_of
from tests.localcloud.halts import HALTS
from tests.localcloud.measured import measured
from tests.localcloud.runtime.frontdoor.balancer.listener_rules import GROUP, fixed, forward

BALANCER = "app/shop/1"
LISTENER = f"arn:aws:elasticloadbalancing:eu-west-1:000000000000:listener/{BALANCER}/2"
TARGETS = "targetgroup/orders/1"


def of_balancer(counted):
    """Return the metrics by name, without the dimension of the test's short listener ARN."""
    return {name: value for (name, dimensions), value in counted.items() if len(dimensions) == 1}


def test_dimensions_are_the_last_parts_of_the_arns():
    assert balancer_of(LISTENER) == BALANCER
    assert group_of(GROUP) == TARGETS


async def test_requests_and_responses_of_targets_are_counted(open_door, targets):
    async def answer(request):
        return web.Response(status=int(request.path[1:]) if request.path != "/health" else 200)

    measured("")
    async with open_door() as served, targets["server"](answer) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(forward())
        for status in (200, 200, 404, 503):
            async with served.client.get(f"{url}/{status}"):
                pass

    counted = measured("AWS/ApplicationELB")
    of_group = {name: value for (name, key), value in counted.items() if key[-1:] == (TARGETS,)}
    seconds = of_group.pop("TargetResponseTime")
    assert of_group == {
        "RequestCount": (4, 4),
        "RequestCountPerTarget": (4, 4),
        "HTTPCode_Target_2XX_Count": (2, 2),
        "HTTPCode_Target_4XX_Count": (1, 1),
        "HTTPCode_Target_5XX_Count": (1, 1),
    }
    assert seconds[0] == 4
    assert counted["RequestCount", ("",)] == (4, 4)
    assert not any(name.startswith("HTTPCode_ELB") for name, _ in counted)  # only above zero


async def test_responses_of_the_load_balancer_itself_are_counted(open_door):
    measured("")
    async with open_door() as served:
        await served.group("127.0.0.1:1")
        url = await served.listen(forward())
        async with served.client.get(url) as answer:
            assert answer.status == 503
        url = await served.listen(fixed("default", 404), port=81)
        async with served.client.get(url) as answer:
            assert answer.status == 404

    assert of_balancer(measured("AWS/ApplicationELB")) == {
        "HTTPCode_ELB_5XX_Count": (1, 1),
        "HTTPCode_ELB_503_Count": (1, 1),
        "HTTPCode_ELB_4XX_Count": (1, 1),
        "HTTP_Fixed_Response_Count": (1, 1),
    }


@pytest.mark.parametrize(("halt", "_reason", "_message"), HALTS)
async def test_a_request_to_a_service_that_does_not_run_here_is_not_counted(
    open_door, halt, _reason, _message
):
    measured("")
    async with open_door() as served:
        halt(served.door.layout, "orders")
        await served.group(service="orders")
        url = await served.listen(forward())
        async with served.client.get(url) as answer:
            assert answer.status == 503

    assert measured("AWS/ApplicationELB") == {}


async def test_hosts_are_counted_of_the_groups_in_use(open_door, targets):
    found = Measurements()
    async with open_door() as served, targets["server"](targets["echo"]("one")) as address:
        await served.group(address)
        await served.healthy(address)
        unused = GROUP.replace("orders", "unused")
        await served.group(arn=unused)
        await served.listen(forward())

        count_hosts(
            found, [app.listener for _, app in served.door._listeners.values()],
            served.door.target_groups,
        )  # fmt: skip

    assert {(one.name, one.dimensions[-1][1]): one.values for one in found.take()} == {
        ("HealthyHostCount", TARGETS): {1.0: 1},
        ("UnHealthyHostCount", TARGETS): {0.0: 1},
    }
