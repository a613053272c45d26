"""What forwarding a request to a target promises."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from localcloud.runtime.frontdoor.balancer.target_group import TargetState
from tests.localcloud.runtime.frontdoor.balancer.listener_rules import (
    GROUP,
    fixed,
    forward,
)


async def test_a_request_reaches_its_target_with_forwarded_headers(open_door, targets):
    async with open_door() as served, targets["server"](targets["echo"]("one")) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(forward(), protocol="HTTPS", port=443)

        headers = {"X-Forwarded-For": "1.2.3.4", "Connection": "x-secret", "X-Secret": "a"}
        async with served.client.post(f"{url}/a%2Fb?x=%20", data="hi", headers=headers) as answer:
            found = await answer.json()

    assert (found["path"], found["method"], found["body"]) == ("/a%2Fb?x=%20", "POST", "hi")
    sent = found["headers"]
    assert sent["x-forwarded-for"] == "1.2.3.4, 127.0.0.1"
    assert (sent["x-forwarded-proto"], sent["x-forwarded-port"]) == ("http", url.rsplit(":")[-1])
    assert sent["x-amzn-trace-id"].startswith("Root=1-")
    assert sent["host"] == url.removeprefix("http://")
    assert "x-secret" not in sent


async def test_headers_arrive_as_they_were_sent(open_door, targets, converse):
    seen = []

    async def handler(request):
        seen.append([(name.lower(), value) for name, value in request.raw_headers])
        return web.Response()

    async with open_door() as served, targets["server"](handler) as address:
        await served.group(address, check_enabled=False)
        await served.healthy(address)
        url = await served.listen(forward())

        await converse(
            url,
            b"GET / HTTP/1.1\r\nHost: a\r\nX-Name: Ren\xc3\xa9\r\nX-Old: Ren\xe9\r\n"
            b"X-Forwarded-For: 1.1.1.1\r\nX-A: 1\r\nX-A: 2\r\nX-Forwarded-For: 2.2.2.2, 3.3.3.3\r\n"
            b"Connection: close\r\n\r\n",
        )

    [arrived] = seen
    assert (b"x-name", "René".encode()) in arrived
    assert (b"x-old", "René".encode()) in arrived
    assert [value for name, value in arrived if name == b"x-a"] == [b"1", b"2"]
    forwarded_for = [value for name, value in arrived if name == b"x-forwarded-for"]
    assert forwarded_for == [b"1.1.1.1, 2.2.2.2, 3.3.3.3, 127.0.0.1"]


@pytest.mark.parametrize("path", ["/fixed", "/target"])
async def test_a_status_without_a_body_leaves_the_connection_in_order(open_door, converse, path):
    async def unchanged(reader, writer):
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n")
        writer.close()

    target = await asyncio.start_server(unchanged, "127.0.0.1", 0)
    host, port = target.sockets[0].getsockname()
    address = f"{host}:{port}"
    async with target, open_door() as served:
        await served.group(address, check_enabled=False)
        await served.healthy(address)
        url = await served.listen(forward(), fixed("1", 204, "surplus", "/fixed"))

        asked = f"GET {path} HTTP/1.1\r\nHost: a\r\n".encode()
        received = await converse(url, asked + b"\r\n" + asked + b"Connection: close\r\n\r\n")

    first, second, rest = received.split(b"\r\n\r\n")
    assert first.partition(b"\r\n")[0] == second.partition(b"\r\n")[0]
    assert b"content-length" not in received
    assert rest == b""


async def test_without_a_healthy_target_the_answer_is_503(open_door, unused_port):
    async with open_door() as served:
        await served.group(f"127.0.0.1:{unused_port()}")
        url = await served.listen(forward())

        async with served.client.get(url) as answer:
            status = answer.status

    assert status == 503


async def test_a_target_that_refuses_connections_costs_no_request(open_door, targets, unused_port):
    async with open_door() as served, targets["server"](targets["echo"]("up")) as address:
        down = f"127.0.0.1:{unused_port()}"
        await served.group(address, down, check_enabled=False)
        await served.healthy(address, down)
        url = await served.listen(forward())

        got = []
        for _ in range(6):
            async with served.client.post(url, data="x" * 100) as answer:
                got.append((answer.status, (await answer.json())["body"]))

    assert got == [(200, "x" * 100)] * 6


async def test_a_target_that_breaks_is_502_and_a_silent_one_504(open_door, targets):
    async def handler(request):
        if request.path == "/slow":
            await asyncio.sleep(5)
        elif request.path == "/break":
            request.transport.abort()
        return web.Response()

    async with open_door() as served, targets["server"](handler) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(forward(), idle=0.2)

        got = []
        for path in ("/break", "/slow", "/health"):
            async with served.client.get(url + path) as answer:
                got.append(answer.status)

    assert got == [502, 504, 200]


async def test_bodies_stream_both_ways(open_door, targets):
    async def handler(request):
        response = web.StreamResponse()
        await response.prepare(request)
        async for piece in request.content.iter_any():
            await response.write(piece)
        await response.write_eof()
        return response

    async with open_door() as served, targets["server"](handler) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(forward())

        async def pieces():
            for number in range(64):
                yield bytes([number]) * 65_536

        async with served.client.post(url, data=pieces()) as answer:
            body = await answer.read()

    assert body == b"".join(bytes([number]) * 65_536 for number in range(64))


async def test_the_target_hears_that_the_client_left(open_door, targets):
    left = asyncio.Event()

    async def handler(request):
        if request.path == "/events":
            response = web.StreamResponse()
            await response.prepare(request)
            try:
                while True:
                    await response.write(b"tick\n")
                    await asyncio.sleep(0.05)
            except (ConnectionError, asyncio.CancelledError):
                left.set()
                raise
        return web.Response()

    async with open_door() as served, targets["server"](handler) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(forward())

        async with served.client.get(f"{url}/events") as answer:
            first = await answer.content.readline()
        await asyncio.wait_for(left.wait(), 4)
        in_flight = served.door.target_groups[GROUP].targets[address].in_flight

    assert (first, in_flight) == (b"tick\n", 0)


async def test_a_leaving_target_gets_no_new_request_and_ends_the_old_ones(open_door, targets):
    release = asyncio.Event()

    async def slow(request):
        if request.path == "/slow":
            await release.wait()
        return web.Response(text="old")

    async with (
        open_door() as served,
        targets["server"](slow) as old,
        targets["server"](targets["echo"]("new")) as new,
    ):
        await served.group(old)
        await served.healthy(old)
        url = await served.listen(forward())
        under_way = asyncio.create_task(served.client.get(f"{url}/slow"))
        while not served.door.target_groups[GROUP].targets[old].in_flight:
            await asyncio.sleep(0.01)

        await served.group(new)
        await served.healthy(new)
        draining = served.door.target_groups[GROUP].targets[old].state
        names = set()
        for _ in range(4):
            async with served.client.get(url) as answer:
                names.add((await answer.json())["name"])
        release.set()
        async with await under_way as answer:
            text = await answer.text()
        known = set(served.door.target_groups[GROUP].targets)

    assert (draining, names, text, known) == (TargetState.DRAINING, {"new"}, "old", {new})
