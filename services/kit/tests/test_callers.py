"""Callers that are services: what their tokens allow, in containers and in functions."""

import json
import time

import pytest
from kit.asgi import Guard
from kit.powertools import HttpApiResolver
from kit.testing import asgi, callers, events

ROUTE_ROLES = {
    "GET /stock/{sku}": "service",
    "GET /shelves/{id}": "clerk",
    "GET /news/{id}": "public",
}
ELSEWHERE = "https://elsewhere.test"


@pytest.fixture
def variables(monkeypatch):
    for name, value in callers.variables("orders").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(ROUTE_ROLES))


def about(caller):
    return {
        "service": caller.service,
        "user": caller.subject,
        "roles": sorted(caller.roles),
        "token": caller.token,
    }


@pytest.fixture
def container(variables):
    """Send a request to a container service that answers with its caller."""

    async def application(scope, _receive, send):
        body = json.dumps(about(scope["caller"])).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    guard = Guard(application, ROUTE_ROLES, open_paths=frozenset())

    async def ask(path, headers):
        status, body, _ = await asgi.call(guard, "GET", path, headers=headers)
        return status, body

    return ask


@pytest.fixture
def function(variables):
    """Send a request to a function that answers with its caller."""
    app = HttpApiResolver()

    @app.get("/stock/<sku>")
    def stock(sku: str) -> dict[str, object]:
        return about(app.caller)

    def ask(**sent):
        answer = app.resolve(events.request("GET", "/stock/7", route="/stock/{sku}", **sent), None)
        return answer["statusCode"], json.loads(answer["body"])

    return ask


def bearer(**changes):
    return {"authorization": f"Bearer {callers.token('orders', **changes)}"}


ORDERS = {"service": "orders", "user": "", "roles": [], "token": ""}
BY_SERVICES = [
    (bearer, 200, "orders"),
    (lambda: callers.headers("strangers"), 403, "role/strangers may not call this service"),
    (lambda: bearer(aud="other.test"), 401, "issued for another service"),
    (lambda: bearer(aud=["callee.test"]), 401, "issued for another service"),
    (lambda: bearer(iss=ELSEWHERE), 401, "the token of a service is needed"),
    (lambda: bearer(exp=int(time.time()) - 60), 401, "expired"),
    (lambda: {"authorization": bearer()["authorization"][:-9] + "AAAAAAAAA"}, 401, "not valid"),
    (lambda: {"authorization": f"Bearer {callers.user_token('clerk')}"}, 401, "a service is"),
    (dict, 401, "no bearer token"),
    (lambda: {"x-user-token": callers.user_token("clerk")}, 401, "no bearer token"),
    (lambda: callers.headers("orders", user="a.b.c"), 401, "not valid"),
    (lambda: callers.headers("orders", user=callers.token("orders")), 401, "not valid"),
    (
        lambda: callers.headers("orders", user=callers.user_token("clerk", client_id="other")),
        401,
        "issued for another client",
    ),
]


@pytest.mark.parametrize(("headers", "status", "told"), BY_SERVICES)
async def test_a_container_is_called_by_the_services_that_name_it(container, headers, status, told):
    found, body = await container("/stock/7", headers())

    assert found == status, body
    assert body == ORDERS if status == 200 else told in body["message"]


async def test_a_service_passes_on_the_token_of_its_user(container):
    user = callers.user_token("clerk", subject="ada")

    found = await container("/stock/7", callers.headers("orders", user=user))

    told = {"service": "orders", "user": "ada", "roles": ["clerk"], "token": user}
    assert found == (200, told)


async def test_a_role_is_that_of_the_user_whose_token_a_service_passes_on(container):
    alone = await container("/shelves/1", callers.headers("orders"))
    user = callers.user_token("clerk")
    together = await container("/shelves/1", callers.headers("orders", user=user))

    assert alone == (403, {"message": "the role 'clerk' is needed"})
    assert together[0] == 200


async def test_a_user_needs_no_service(container, token):
    status, body = await container("/shelves/1", {"authorization": f"Bearer {token('clerk')}"})

    assert (status, body["service"], body["user"]) == (200, "", "ada")


async def test_a_public_route_has_no_caller(container):
    assert await container("/news/1", {}) == (200, {**ORDERS, "service": ""})


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"service": "orders"}, 200, "orders"),
        ({"service": "strangers"}, 403, "role/strangers may not call this service"),
        ({"roles": ("clerk",)}, 401, "the token of a service is needed"),
        ({}, 401, "the token of a service is needed"),
        ({"service": "orders", "headers": {"X-User-Token": "a.b.c"}}, 401, "not valid"),
    ],
)
def test_a_function_believes_the_claims_of_the_authorizer(function, sent, status, told):
    found, body = function(**sent)

    assert found == status
    assert body == ORDERS if status == 200 else told in body["message"]


def test_an_authorizer_lists_every_audience_and_a_function_has_one(function, monkeypatch):
    monkeypatch.setenv("SERVICE_AUDIENCE", "other.test")

    assert function(service="orders")[0] == 401


def test_a_function_verifies_the_token_of_the_user(function):
    user = callers.user_token("clerk", subject="ada")

    status, body = function(service="orders", headers={"X-User-Token": user})

    assert (status, body["user"], body["token"]) == (200, "ada", user)


@pytest.mark.parametrize("value", ["[]", "{", '{"orders": 1}'])
def test_callers_that_cannot_be_read_are_named(kit, variables, monkeypatch, value):
    monkeypatch.setenv("SERVICE_CALLERS", value)
    fresh = kit("callers")

    with pytest.raises(fresh.settings.SettingError, match="SERVICE_CALLERS must be a JSON object"):
        fresh.trust()


def test_a_container_that_cannot_verify_tokens_does_not_start(kit, variables, monkeypatch):
    fresh = kit("asgi")
    monkeypatch.setitem(__import__("sys").modules, "jwt", None)

    with pytest.raises(fresh.callers.settings.SettingError, match=r"add pyjwt\[crypto\] to"):
        fresh.Guard(None, ROUTE_ROLES, open_paths=frozenset())
    assert fresh.Guard(None, {"GET /news": "public"}, open_paths=frozenset())
