"""Requests that neither a load balancer nor an HTTP API routes."""

from __future__ import annotations

import pytest

from localcloud.runtime.frontdoor.gateway import invocation as gateway
from localcloud.runtime.frontdoor.gateway.http_api import HttpApi, LambdaIntegration, Route, Stage
from localcloud.runtime.frontdoor.gateway.routes import RouteTable
from tests.localcloud.runtime.frontdoor.balancer.listener_rules import fixed, forward

KIB = 1024
HOST = b"Host: shop\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: "
INVALID = {
    "a long request line": (b"GET /" + b"a" * 17 * KIB + b" HTTP/1.1\r\n" + HOST, 414),
    "a long query": (b"GET /?" + b"a" * 17 * KIB + b" HTTP/1.1\r\n" + HOST, 414),
    "a long header": (b"GET / HTTP/1.1\r\nX-A: " + b"a" * 17 * KIB + b"\r\n" + HOST, 400),
    "many headers": (
        b"GET / HTTP/1.1\r\n" + (b"X-A: " + b"a" * KIB + b"\r\n") * 65 + HOST,
        400,
    ),
    "no Host": (b"GET / HTTP/1.1\r\n", 400),
    "an empty Host": (b"GET / HTTP/1.1\r\nHost:\r\n", 400),
    "two Hosts": (b"GET / HTTP/1.1\r\n" + HOST + HOST, 400),
    "TRACE": (b"TRACE / HTTP/1.1\r\n" + HOST, 405),
    "no path": (b"OPTIONS * HTTP/1.1\r\n" + HOST, 400),
    "a WebSocket": (b"GET / HTTP/1.1\r\n" + HOST + UPGRADE + b"websocket\r\n", 400),
    "an upgrade with a body": (
        b"POST / HTTP/1.1\r\n" + HOST + UPGRADE + b"h2c\r\nContent-Length: 1\r\n",
        400,
    ),
    "many forwarded addresses": (
        b"GET / HTTP/1.1\r\n" + HOST + b"X-Forwarded-For: " + b"1.1.1.1, " * 30 + b"1.1.1.1\r\n",
        463,
    ),
}
VALID = {
    "HTTP/1.0 without Host": b"GET / HTTP/1.0\r\n",
    "long headers": b"GET / HTTP/1.1\r\nX-A: " + b"a" * 15 * KIB + b"\r\n" + HOST,
    "an upgrade without a body": b"GET / HTTP/1.1\r\n" + HOST + UPGRADE + b"h2c\r\n",
}


def status(answer):
    return int(answer.split(b" ", 2)[1])


@pytest.fixture
def api():
    route = Route("ANY /", LambdaIntegration("catalog", None))
    return HttpApi("abc", "shop", RouteTable([(route.key, route)]), {"$default": Stage("$default")})


@pytest.mark.parametrize(("request_", "expected"), INVALID.values(), ids=INVALID)
async def test_it_is_answered_with_its_status(open_door, converse, api, request_, expected):
    async with open_door() as served:
        for url in (await served.listen(fixed("default", 200)), await served.serve_api(api)):
            answer = await converse(url, request_ + b"Connection: close\r\n\r\n")

            assert status(answer) == expected


@pytest.mark.parametrize("request_", VALID.values(), ids=VALID)
async def test_what_a_load_balancer_accepts_is_routed(open_door, converse, request_):
    async with open_door() as served:
        url = await served.listen(fixed("default", 200))

        assert status(await converse(url, request_ + b"Connection: close\r\n\r\n")) == 200


async def test_a_web_socket_is_refused_with_the_reason(open_door, converse):
    async with open_door() as served:
        url = await served.listen(fixed("default", 200))
        request, _ = INVALID["a WebSocket"]

        answer = await converse(url, request + b"Connection: close\r\n\r\n")

    assert b"WebSocket connections are not served locally" in answer


@pytest.mark.parametrize("sent", [b"", b"the first piece"])
async def test_a_body_that_does_not_come_is_a_request_timeout(open_door, targets, converse, sent):
    async with open_door() as served, targets["server"](targets["echo"]("one")) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(forward(), idle=0.2)

        answer = await converse(
            url, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n\r\n" + sent
        )

    assert status(answer) == 408


async def test_a_body_that_does_not_come_to_an_api_is_a_request_timeout(
    open_door, converse, api, monkeypatch
):
    monkeypatch.setattr(gateway, "BODY_SECONDS", 0.2)
    async with open_door() as served:
        url = await served.serve_api(api)

        answer = await converse(url, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\n")

    assert status(answer) == 408
