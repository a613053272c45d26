"""Tokens of GetWebIdentityToken pass where issuer, audience, expiry and algorithm are right."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import jwt
import pytest

from localcloud.clients import client_at
from localcloud.runtime.frontdoor.front_door import FrontDoor
from localcloud.runtime.frontdoor.gateway.http_api import (
    HttpApi,
    JwtAuthorizer,
    LambdaIntegration,
    Route,
    Stage,
)
from localcloud.runtime.frontdoor.gateway.routes import RouteTable
from localcloud.runtime.frontdoor.token_verifier import Issuer, TokenVerifier
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.runtime.frontdoor.conftest import GROUP, Lines, Served, echo, server

if TYPE_CHECKING:
    from collections.abc import Iterator

AUDIENCE = "catalog.local"
ALLOW = {"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory) -> Iterator[ControlProcess]:
    process = ControlProcess(tmp_path_factory.mktemp("tokens"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def issuer(cloud):
    return cloud.client("iam").enable_outbound_web_identity_federation()["IssuerIdentifier"]


@pytest.fixture(scope="module")
def sts(cloud) -> Any:
    """A client with the credentials of a role."""
    iam = cloud.client("iam")
    role = iam.create_role(RoleName="orders", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    document = json.dumps({"Version": "2012-10-17", "Statement": ALLOW})
    iam.put_role_policy(RoleName="orders", PolicyName="own", PolicyDocument=document)
    answer = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="one")
    return client_at(f"http://127.0.0.1:{cloud.port}", "sts", credentials=answer["Credentials"])


@pytest.fixture(scope="module")
def tokens(sts, issuer):
    """Return tokens by what is wrong with them."""

    def get(*audiences, algorithm="RS256"):
        answer = sts.get_web_identity_token(
            Audience=list(audiences), SigningAlgorithm=algorithm, DurationSeconds=300
        )
        return answer["WebIdentityToken"]

    good = get(AUDIENCE)
    head, claims, signature = good.split(".")
    kid = jwt.get_unverified_header(good)["kid"]
    forged = {"iss": issuer, "aud": AUDIENCE, "exp": int(time.time()) + 60, "sub": "arn:x"}
    return {
        "": good,
        "another audience": get("inventory.local"),
        "another algorithm": get(AUDIENCE, algorithm="ES384"),
        "a symmetric key": jwt.encode(forged, "k" * 32, headers={"kid": kid}),
        "no signature": f"{head}.{claims}.",
        "an altered claim": f"{head}.{claims[:-6]}AAAAAA.{signature}",
    }


@pytest.fixture
async def door(tmp_path, cloud):
    """A front door that reads keys as it does in the local cloud."""
    async with (
        server(echo("functions")) as workers,
        aiohttp.ClientSession(auto_decompress=False) as http,
        aiohttp.ClientSession() as client,
    ):
        verifier = TokenVerifier(http, f"http://127.0.0.1:{cloud.port}")
        lines: Any = Lines()
        door = FrontDoor(cloud.layout, http, verifier, lines, f"http://{workers}", "")
        yield Served(door, client, lines)
        await door.close()


WRONG = ["", "another audience", "another algorithm", "a symmetric key", "no signature",
         "an altered claim"]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_listener_rule_checks_issuer_and_audience(door, issuer, tokens, wrong):
    claim = {"Name": "aud", "Format": "single-string", "Values": [AUDIENCE]}
    check = {
        "Issuer": issuer,
        "JwksEndpoint": f"{issuer}/.well-known/jwks.json",
        "AdditionalClaims": [claim],
    }
    actions = [
        {"Type": "jwt-validation", "JwtValidationConfig": check, "Order": 1},
        {"Type": "forward", "TargetGroupArn": GROUP, "Order": 2},
    ]
    async with server(echo("catalog")) as target:
        await door.group(target)
        await door.healthy(target)
        url = await door.listen({"Priority": "default", "IsDefault": True, "Actions": actions})

        headers = {"Authorization": f"Bearer {tokens[wrong]}"}
        async with door.client.get(url, headers=headers) as answer:
            assert answer.status == (401 if wrong else 200)


@pytest.mark.parametrize("wrong", WRONG)
async def test_an_authorizer_of_an_http_api_checks_them_too(door, issuer, tokens, wrong):
    keys = Issuer(issuer, f"{issuer}/.well-known/jwks.json")
    authorizer = JwtAuthorizer(keys, frozenset({"loans.local", AUDIENCE}))
    route = Route("GET /items", LambdaIntegration("catalog", None), authorizer)
    api = HttpApi(
        "a1", "catalog", RouteTable([("GET /items", route)]), {"$default": Stage("$default")}
    )
    url = await door.serve_api(api)

    headers = {"Authorization": f"Bearer {tokens[wrong]}"}
    async with door.client.get(f"{url}/items", headers=headers) as answer:
        status, content = answer.status, await answer.json()

    assert status == (401 if wrong else 200)
    if not wrong:
        claims = json.loads(content["body"])["requestContext"]["authorizer"]["jwt"]["claims"]
        assert (claims["aud"], claims["sub"]) == (AUDIENCE, "arn:aws:iam::000000000000:role/orders")
