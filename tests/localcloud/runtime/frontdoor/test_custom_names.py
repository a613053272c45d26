"""A custom name has a port of its own, which stands for its Host header."""

from __future__ import annotations

import json

import pytest
from aiohttp import web

from localcloud.names import ApiMapping, Names
from localcloud.ports import claim
from localcloud.runtime.frontdoor.gateway.http_api import HttpApi, LambdaIntegration, Route, Stage
from localcloud.runtime.frontdoor.gateway.routes import RouteTable
from tests.localcloud.runtime.frontdoor.conftest import GROUP, echo, server

LOANS = "loans.services.example.test"
FORWARD = {"Type": "forward", "TargetGroupArn": GROUP, "Order": 1}
NOT_FOUND = {
    "Priority": "default",
    "IsDefault": True,
    "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
}


def rule(host, *actions, priority=1):
    condition = {"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}
    return {"Priority": str(priority), "Conditions": [condition], "Actions": list(actions)}


def redirect(**settings):
    return {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **settings}}


def url_of(served, name, port=443):
    return f"http://127.0.0.1:{claim(served.door.layout, f'name-{name}-{port}')}"


async def test_host_rules_match_and_the_target_sees_the_name_and_the_listener(open_door):
    async with open_door() as served, server(echo("loans")) as target:
        served.names = Names(served.door.layout, balancers={LOANS: "shop"})
        await served.group(target)
        await served.healthy(target)
        listener = await served.listen(rule(LOANS, FORWARD), NOT_FOUND, port=443, protocol="HTTPS")

        async with served.client.get(f"{url_of(served, LOANS)}/x") as answer:
            seen = (await answer.json())["headers"]
        async with served.client.get(listener) as answer:
            without = answer.status
        async with served.client.get(url_of(served, LOANS), headers={"Host": "other"}) as answer:
            other = answer.status

    assert seen["host"] == LOANS
    assert (seen["x-forwarded-proto"], seen["x-forwarded-port"]) == ("https", "443")
    assert (without, other) == (404, 404)


async def test_another_port_is_part_of_the_host(open_door):
    async with open_door() as served, server(echo("loans")) as target:
        served.names = Names(served.door.layout, balancers={LOANS: "shop"})
        await served.group(target)
        await served.healthy(target)
        await served.listen(rule(LOANS, FORWARD), NOT_FOUND, port=8443, protocol="HTTPS")

        async with served.client.get(url_of(served, LOANS, 8443)) as answer:
            seen = (await answer.json())["headers"]

    assert seen["host"] == f"{LOANS}:8443"


async def test_a_name_comes_and_goes_with_its_record(open_door):
    async with open_door() as served:
        await served.listen(NOT_FOUND, port=443, protocol="HTTPS")
        before = dict(served.door._custom)
        served.names = Names(served.door.layout, balancers={LOANS: "shop", "x.test": "another"})
        await served.apply()
        during = [custom.host for _, custom in served.door._custom.values()]
        served.names = None
        await served.apply()

        assert (before, during, served.door._custom) == ({}, [LOANS], {})


@pytest.mark.parametrize(
    ("action", "name", "port"),
    [
        (redirect(Protocol="HTTPS", Port="443"), f"name-{LOANS}-443", ""),
        (redirect(Host="shop.example.test", Port="443"), "name-shop.example.test-443", ""),
        (redirect(Host="example.org", Port="443"), None, "https://example.org/x"),
    ],
)
async def test_a_redirect_to_a_name_leads_to_its_local_address(open_door, action, name, port):
    async with open_door() as served:
        balancers = {LOANS: "shop", "shop.example.test": "shop"}
        served.names = Names(served.door.layout, balancers=balancers)
        await served.listen(rule(LOANS, action), NOT_FOUND, port=443, protocol="HTTPS")

        async with served.client.get(f"{url_of(served, LOANS)}/x", allow_redirects=False) as answer:
            found = answer.headers["Location"]

    local = port or f"http://127.0.0.1:{claim(served.door.layout, name)}/x"
    assert found == local


async def test_the_location_header_of_a_target_is_local_too(open_door):
    async def moved(_request):
        return web.Response(status=307, headers={"Location": f"https://{LOANS}/x/"})

    async with open_door() as served, server(moved) as target:
        served.names = Names(served.door.layout, balancers={LOANS: "shop"})
        await served.group(target, matcher="307")
        await served.healthy(target)
        url = await served.listen({**NOT_FOUND, "Actions": [FORWARD]})

        async with served.client.get(url, allow_redirects=False) as answer:
            found = answer.headers["Location"]

    assert found == f"{url_of(served, LOANS)}/x/"


@pytest.fixture
def api():
    routes = RouteTable([("GET /items", Route("GET /items", LambdaIntegration("catalog", None)))])
    return HttpApi("a1", "catalog", routes, {"$default": Stage("$default")})


@pytest.mark.parametrize(
    ("key", "path", "status"),
    [("", "/items", 200), ("v1", "/v1/items", 200), ("v1", "/items", 403), ("v1", "/v1x", 403),
     ("v1", "/v1", 404)],
)  # fmt: skip
async def test_a_domain_of_an_api_is_served_by_its_mappings(open_door, api, key, path, status):
    async with open_door() as served:
        mapping = ApiMapping("a1", "$default", key)
        served.names = Names(served.door.layout, domains={"api.example.test": (mapping,)})
        await served.serve_api(api)

        async with served.client.get(f"{url_of(served, 'api.example.test')}{path}") as answer:
            found, content = answer.status, await answer.json()

    assert found == status
    if status == 200:
        event = json.loads(content["body"])
        assert event["rawPath"] == path
        assert event["requestContext"]["domainName"] == "api.example.test"
        assert event["routeKey"] == "GET /items"
