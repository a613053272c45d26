"""What an HTTP API promises its clients."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
from aiohttp import web

from localcloud.runtime.frontdoor.gateway.cors import CorsConfiguration
from localcloud.runtime.frontdoor.gateway.http_api import (
    HttpApi,
    HttpIntegration,
    JwtAuthorizer,
    LambdaIntegration,
    Route,
    Stage,
)
from localcloud.runtime.frontdoor.gateway.routes import RouteTable
from localcloud.runtime.frontdoor.token_verifier import Issuer

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool"
CATALOG = LambdaIntegration("catalog", "live", timeout_seconds=0.5)
CUT_CHARACTER = b"x" * 499 + "é".encode()  # the log shows 500 bytes
UNHANDLED = {"X-Amz-Function-Error": "Unhandled"}
CUSTOMERS = JwtAuthorizer(Issuer(ISSUER, f"{ISSUER}/.well-known/jwks.json"), frozenset({"web"}))


def api(*routes, cors=None, stage=None):
    stages = {"$default": stage or Stage("$default")}
    return HttpApi("abc", "shop", RouteTable((r.key, r) for r in routes), stages, cors)


def functions(result, *, status=200, error=None, wait=0.0, seen=None):
    async def invoke(request):
        await asyncio.sleep(wait)
        if seen is not None:
            seen.append((request.path_qs, await request.json()))
        headers = dict(error or {})
        body = result if isinstance(result, bytes) else json.dumps(result).encode()
        return web.Response(body=body, status=status, headers=headers)

    return invoke


async def test_a_function_gets_the_event_and_its_answer_goes_back(open_door):
    seen = []
    result = {"statusCode": 201, "headers": {"x-a": "b"}, "body": "made"}
    async with open_door(functions(result, seen=seen)) as served:
        url = await served.serve_api(api(Route("PUT /catalog/{sku}", CATALOG)))

        async with served.client.put(f"{url}/catalog/7", json={"name": "pen"}) as answer:
            got = (answer.status, answer.headers["x-a"], await answer.text())

    assert got == (201, "b", "made")
    [(path, event)] = seen
    assert path == "/functions/catalog/invocations?qualifier=live"
    assert (event["pathParameters"], event["body"]) == ({"sku": "7"}, '{"name": "pen"}')


@pytest.mark.parametrize(
    ("invoke", "status", "message"),
    [
        (functions({}, error=UNHANDLED), 500, "Internal Server Error"),
        (functions(CUT_CHARACTER, error=UNHANDLED), 500, "Internal Server Error"),
        (functions({"statusCode": 200, "body": 1}), 500, "Internal Server Error"),
        (functions({"statusCode": 42}), 500, "Internal Server Error"),
        (functions({"statusCode": 200, "headers": {"a": "\n"}}), 500, "Internal Server Error"),
        (functions(b"[" * 100_000), 500, "Internal Server Error"),
        (functions({}, status=429), 503, "Service Unavailable"),
        (
            functions({}, status=503, error={"x-amzn-ErrorType": "ServiceException"}),
            500,
            "Internal Server Error",
        ),
        (
            functions(
                {"message": "stopped"},
                status=503,
                error={"x-amzn-ErrorType": "ServiceStoppedException"},
            ),
            503,
            "stopped",
        ),
        (functions({}, wait=2), 504, "Endpoint request timed out"),
    ],
)
async def test_what_goes_wrong_in_a_function_is_told_as_the_gateway_does(
    open_door, invoke, status, message
):
    async with open_door(invoke) as served:
        url = await served.serve_api(api(Route("GET /x", CATALOG)))

        async with served.client.get(f"{url}/x") as answer:
            got = (answer.status, await answer.json())

    assert got == (status, {"message": message})


async def test_a_fault_of_the_gateway_is_logged_with_its_line_and_the_headers_browsers_ask_for(
    open_door, caplog, monkeypatch
):
    monkeypatch.setattr("localcloud.runtime.frontdoor.gateway.app.parse_response", lambda _: 1 / 0)
    stage = Stage("$default", {}, "/api/shop", "$context.status")
    cors = CorsConfiguration(("https://a.test",))
    async with open_door(functions({})) as served:
        url = await served.serve_api(api(Route("GET /x", CATALOG), cors=cors, stage=stage))

        async with served.client.get(f"{url}/x", headers={"Origin": "https://a.test"}) as answer:
            got = (answer.status, answer.headers["Access-Control-Allow-Origin"])

    assert got == (500, "https://a.test")
    assert served.lines.lines == [("/api/shop", "500")]
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("status", [204, 304])
async def test_a_status_without_a_body_leaves_the_connection_in_order(open_door, converse, status):
    async with open_door(functions({"statusCode": status, "body": "surplus"})) as served:
        url = await served.serve_api(api(Route("GET /x", CATALOG)))

        received = await converse(
            url,
            b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
            b"GET /y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        )

    first, _, second = received.partition(b"\r\n\r\n")
    assert first.startswith(f"HTTP/1.1 {status}".encode())
    assert b"content-length" not in first
    assert second.startswith(b"HTTP/1.1 404")


async def test_an_unknown_path_is_404(open_door):
    async with open_door() as served:
        url = await served.serve_api(api(Route("GET /x", CATALOG)))

        async with served.client.post(f"{url}/x") as answer:
            got = (answer.status, await answer.text())

    assert got == (404, '{"message":"Not Found"}')


async def test_a_route_with_an_authorizer_lets_only_its_audience_in(open_door, user_pool):
    seen = []
    async with open_door(functions({"statusCode": 200}, seen=seen)) as served:
        url = await served.serve_api(api(Route("GET /x", CATALOG, CUSTOMERS)))

        groups = {"cognito:groups": ["a", "b"]}
        got = {}
        for name, value in {
            "none": "",
            "nonsense": "Bearer x.y.z",
            "other audience": f"Bearer {user_pool.token(client_id='other')}",
            "client": f"Bearer {user_pool.token(client_id='web', **groups)}",
            "audience, bare": user_pool.token(aud=["x", "web"]),
        }.items():
            headers = {"Authorization": value} if value else {}
            async with served.client.get(f"{url}/x", headers=headers) as answer:
                got[name] = (answer.status, await answer.text())

    gateway_response = (401, '{"message":"Unauthorized"}')
    assert got == {
        "none": gateway_response,
        "nonsense": gateway_response,
        "other audience": gateway_response,
        "client": (200, ""),
        "audience, bare": (200, ""),
    }
    claims = seen[0][1]["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims["cognito:groups"] == "[a b]"


async def test_a_missing_scope_is_403(open_door, user_pool):
    async with open_door(functions({"statusCode": 200})) as served:
        route = Route("GET /x", CATALOG, CUSTOMERS, frozenset({"read"}))
        url = await served.serve_api(api(route))

        got = []
        for scope in ("write", "write read"):
            token = user_pool.token(client_id="web", scope=scope)
            headers = {"Authorization": f"Bearer {token}"}
            async with served.client.get(f"{url}/x", headers=headers) as answer:
                got.append((answer.status, await answer.text()))

    assert got == [(403, '{"message":"Forbidden"}'), (200, "")]


async def test_other_origins_are_answered_as_configured(open_door):
    cors = CorsConfiguration(("https://a.test",), ("GET",), ("x-a",), max_age=60)
    result = {"statusCode": 200, "headers": {"access-control-allow-origin": "*"}}
    async with open_door(functions(result)) as served:
        url = await served.serve_api(api(Route("GET /x", CATALOG), cors=cors))

        async with served.client.options(f"{url}/y", headers={"Origin": "https://a.test"}) as one:
            preflight = (one.status, one.headers["Access-Control-Allow-Methods"])
        allowed = []
        for origin in ("https://a.test", "https://b.test"):
            async with served.client.get(f"{url}/x", headers={"Origin": origin}) as answer:
                allowed.append(answer.headers.get("Access-Control-Allow-Origin"))

    assert preflight == (204, "GET")
    assert allowed == ["https://a.test", None]


async def test_a_body_above_the_limit_is_413(open_door):
    async with open_door(functions({"statusCode": 200})) as served:
        url = await served.serve_api(api(Route("POST /x", CATALOG)))

        async with served.client.post(
            f"{url}/x", data=io.BytesIO(b"x" * (10 * 1024 * 1024 + 1))
        ) as answer:
            status = answer.status

    assert status == 413


async def test_a_server_can_be_the_integration(open_door, targets):
    async with open_door() as served, targets["server"](targets["echo"]("one")) as address:
        integration = HttpIntegration(f"http://{address}/v2/{{proxy}}", "ANY")
        url = await served.serve_api(api(Route("ANY /{proxy+}", integration)))

        async with served.client.post(f"{url}/a/b?x=1", data="hi") as answer:
            found = await answer.json()

    assert (found["path"], found["method"], found["body"]) == ("/v2/a/b?x=1", "POST", "hi")


async def test_an_integration_sees_no_header_that_the_client_did_not_send(
    open_door, targets, converse
):
    async with open_door() as served, targets["server"](targets["echo"]("one")) as address:
        integration = HttpIntegration(f"http://{address}/", "ANY")
        url = await served.serve_api(api(Route("ANY /x", integration)))

        received = await converse(
            url,
            b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
        )

    sent = json.loads(received.partition(b"\r\n\r\n")[2])["headers"]
    assert {name for name in sent if not name.startswith("x-")} == {"host", "content-length"}


async def test_a_request_is_a_line_in_the_stages_log_group(open_door):
    stage = Stage("$default", {}, "/api/shop", '{"s":"$context.status","r":"$context.routeKey"}')
    async with open_door(functions({"statusCode": 201})) as served:
        url = await served.serve_api(api(Route("GET /x", CATALOG), stage=stage))

        async with served.client.get(f"{url}/x"):
            pass

    assert served.lines.lines == [("/api/shop", '{"s":"201","r":"GET /x"}')]
