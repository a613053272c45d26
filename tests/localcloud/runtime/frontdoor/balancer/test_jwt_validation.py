"""How a listener validates JSON Web Tokens."""

from __future__ import annotations

import pytest

from tests.localcloud.runtime.frontdoor.balancer.listener_rules import (
    ISSUER,
    forward,
)


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
