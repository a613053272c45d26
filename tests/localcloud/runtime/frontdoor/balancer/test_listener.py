"""What a listener promises its clients and its targets."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from aiohttp import web

from localcloud.runtime.frontdoor.balancer.target_group import TargetState

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/orders/1"
OTHER = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/orders/2"
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool"


def forward(priority="default", path=None, arn=GROUP, before=(), **weighted):
    target = {"ForwardConfig": weighted} if weighted else {"TargetGroupArn": arn}
    return {
        "Priority": priority,
        "IsDefault": priority == "default",
        "Conditions": [{"Field": "path-pattern", "Values": [path]}] if path else [],
        "Actions": [{"Type": "forward", "Order": 9, **target}, *before],
    }


def fixed(priority, status, body="", path=None):
    rule = forward(priority, path)
    config = {"StatusCode": str(status), "MessageBody": body, "ContentType": "text/plain"}
    rule["Actions"] = [{"Type": "fixed-response", "FixedResponseConfig": config}]
    return rule


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


def guarded(**claim):
    config = {"Issuer": ISSUER, "JwksEndpoint": f"{ISSUER}/.well-known/jwks.json"}
    if claim:
        config["AdditionalClaims"] = [claim]
    return forward(before=[{"Type": "jwt-validation", "JwtValidationConfig": config, "Order": 1}])


@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [
        (None, "Bearer"),
        ("Basic abc", "Bearer"),
        ("Bearer nonsense", 'Bearer error="invalid_token"'),
    ],
)
async def test_a_request_without_a_token_is_401(open_door, authorization, challenge):
    async with open_door() as served:
        url = await served.listen(guarded())

        headers = {"Authorization": authorization} if authorization else {}
        async with served.client.get(url, headers=headers) as answer:
            got = (answer.status, answer.headers["WWW-Authenticate"])

    assert got[0] == 401
    assert got[1].startswith(challenge)


async def test_only_a_valid_token_passes_and_its_keys_are_fetched_once(
    open_door, targets, user_pool
):
    tokens = {
        "good": user_pool.token(),
        "expired": user_pool.token(exp=1),
        "not yet": user_pool.token(nbf=4_000_000_000),
        "never ends": user_pool.token(exp=None),
        "other issuer": user_pool.token(iss="https://evil.test"),
        "tampered": user_pool.token()[:-8] + "AAAAAAAA",
        "good again": user_pool.token(sub="another"),
    }
    async with open_door() as served, targets["server"](targets["echo"]("one")) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(guarded())

        got = {}
        for name, token in tokens.items():
            headers = {"Authorization": f"Bearer {token}"}
            async with served.client.get(url, headers=headers) as answer:
                got[name] = answer.status

    assert {name for name, status in got.items() if status == 200} == {"good", "good again"}
    assert set(got.values()) == {200, 401}
    assert (user_pool.fetched, user_pool.hosts) == (
        1,
        ["cognito-idp.eu-west-1.amazonaws.com"],
    )


async def test_a_key_name_cannot_add_headers_to_the_answer(open_door, user_pool):
    async with open_door() as served:
        url = await served.listen(guarded())

        token = user_pool.token(kid="x\r\nset-cookie: a")
        headers = {"Authorization": f"Bearer {token}"}
        async with served.client.get(url, headers=headers) as answer:
            got = (answer.status, answer.headers["WWW-Authenticate"])

    assert got[0] == 401
    assert got[1].endswith("publishes no key 'x  set-cookie: a'\"")


async def test_a_new_key_of_the_issuer_is_fetched(open_door, targets, user_pool, monkeypatch):
    monkeypatch.setattr("localcloud.runtime.frontdoor.token_verifier.REFETCH_PAUSE_SECONDS", 0)
    async with open_door() as served, targets["server"](targets["echo"]("one")) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(guarded())

        got = []
        for kid in ("first", "second"):
            user_pool.kid = kid
            headers = {"Authorization": f"Bearer {user_pool.token()}"}
            async with served.client.get(url, headers=headers) as answer:
                got.append(answer.status)

    assert (got, user_pool.fetched) == ([200, 200], 2)


@pytest.mark.parametrize(
    ("rule", "claims_and_status"),
    [
        (("single-string", ["a", "b"]), ({"team": "b"}, 200)),
        (("single-string", ["a"]), ({"team": "b"}, 401)),
        (("single-string", ["a"]), ({}, 401)),
        (("string-array", ["x"]), ({"team": ["x", "y"]}, 200)),
        (("string-array", ["x", "z"]), ({"team": ["x", "y"]}, 401)),
        (("space-separated-values", ["read"]), ({"team": "write read"}, 200)),
        (("space-separated-values", ["admin"]), ({"team": "write read"}, 401)),
    ],
)
async def test_additional_claims_are_checked(
    open_door, targets, user_pool, rule, claims_and_status
):
    claims, expected = claims_and_status
    async with open_door() as served, targets["server"](targets["echo"]("one")) as address:
        await served.group(address)
        await served.healthy(address)
        url = await served.listen(guarded(Name="team", Format=rule[0], Values=rule[1]))

        headers = {"Authorization": f"Bearer {user_pool.token(**claims)}"}
        async with served.client.get(url, headers=headers) as answer:
            status = answer.status

    assert status == expected
