"""What the console says of error budgets."""

from __future__ import annotations

import copy

import pytest

from localcloud.telemetry.console.objectives import apis, budget, of_service, recent
from tests.localcloud.telemetry.console.described import NOW
from tests.localcloud.telemetry.console.doubles import Point

DAY = 86_400
ELB, API, FUNCTION = (
    ("AWS/ApplicationELB", "RequestCount", "HTTPCode_Target_5XX_Count"),
    ("AWS/ApiGateway", "Count", "5xx"),
    ("AWS/Lambda", "Invocations", "Errors"),
)


def count(shop, names, requests, errors, ago=60):
    namespace, *metrics = names
    for name, value in zip(metrics, (requests, errors), strict=True):
        shop.points.setdefault((namespace, name), []).append(Point(NOW - ago, value))


def rows(found):
    return {one["name"]: one for one in [*found["services"], *found["apis"]]}


@pytest.mark.parametrize(
    ("names", "entrance", "left"),
    [(ELB, "orders", 50.0), (FUNCTION, "catalog", 90.0), (API, "api", 90.0)],
)
async def test_the_budget_is_what_the_objective_leaves(console, shop, names, entrance, left):
    count(shop, names, 10_000, 5)

    found = rows(await (await console.get("/index.json")).json())

    assert found[entrance]["budget"]["budget_left_percent"] == left
    assert [name for name, one in found.items() if one["recent"]["requests"]] == [entrance]


async def test_requests_that_were_just_counted_are_in_the_budget(shop):
    sources = shop.sources()
    orders = of_service(sources, "orders")
    count(shop, ELB, 1_000, 1, ago=3 * DAY)
    assert budget(sources, orders)["budget_left_percent"] == 0.0

    count(shop, ELB, 3_000, 0)

    found = budget(sources, orders)
    assert (found["requests"], found["budget_left_percent"]) == (4_000, 75.0)
    assert recent(sources, orders)["requests"] == 3_000


async def test_no_request_is_counted_twice_or_left_out(shop):
    sources = shop.sources()
    for ago in (1, 14 * 60, 15 * 60, 16 * 60, DAY, 14 * DAY):
        count(shop, ELB, 1, 0, ago=ago)

    assert budget(sources, of_service(sources, "orders"))["requests"] == 6


async def test_a_service_without_routes_has_no_objective(console, shop):
    count(shop, FUNCTION, 100, 1)
    described = copy.deepcopy(shop.files["run/catalogue.json"])
    described["services"]["catalog"]["routes"] = []
    shop.files["run/catalogue.json"] = described

    text = await (await console.get("/")).text()
    [catalog] = [one for one in text.split("<tr>") if "Prices." in one]

    assert "no objective" in catalog
    assert budget(shop.sources(), of_service(shop.sources(), "catalog"))["requests"] == 100


async def test_an_environment_of_an_earlier_version_has_no_api_row(shop):
    shop.files["run/catalogue.json"] = {"services": {}}

    assert list(apis(shop.sources())) == []
