"""Calls in each direction: as a service, with a user's token, as a stranger, without a token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import pytest
import requests

from localcloud.clients import client, client_at, endpoint
from localcloud.layout import Layout
from tests.integration.added import SECONDS

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3 * SECONDS)]


@dataclass(frozen=True)
class Direction:
    """A caller, the entrance at which a user makes it call, its callee, and where that is."""

    caller: str
    entrance: str
    callee: str
    address: str
    path: str


DIRECTIONS = {
    "function to container": Direction("fines", "api", "loans", "loans", "/debts/ada"),
    "container to container": Direction("loans", "shop", "branches", "branches", "/branches/north"),
    "container to function": Direction("loans", "shop", "books", "api", "/copies/1"),
    "function to function": Direction("fines", "api", "books", "api", "/copies/1"),
}
each_direction = pytest.mark.parametrize("way", DIRECTIONS.values(), ids=DIRECTIONS)


@pytest.fixture(scope="module")
def token(running):
    """Return the token of a user with a role, the same each time."""
    return cache(lambda role: running.run(f".venv/bin/bulkhead token {role}").strip())


@pytest.fixture(scope="module")
def strangers_token(running):
    """Return a token of a role that no service names, for a callee; IAM permits it."""
    layout = Layout(running.root / ".bulkhead")
    iam = client(layout, "iam")
    trusted = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    permitted = {"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*"}
    role = iam.create_role(RoleName="stranger", AssumeRolePolicyDocument=document(trusted))
    iam.put_role_policy(
        RoleName="stranger", PolicyName="tokens", PolicyDocument=document(permitted)
    )
    keys = client(layout, "sts").assume_role(
        RoleArn=role["Role"]["Arn"], RoleSessionName="stranger"
    )
    sts = client_at(endpoint(layout), "sts", credentials=keys["Credentials"])

    def of(callee):
        return sts.get_web_identity_token(
            Audience=[f"{callee}.local"], SigningAlgorithm="RS256", DurationSeconds=300
        )["WebIdentityToken"]

    yield of
    iam.delete_role_policy(RoleName="stranger", PolicyName="tokens")
    iam.delete_role(RoleName="stranger")


def document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def direct(running, way):
    """Send a request to the callee as its callers do, with some headers."""
    url = running.run(f".venv/bin/bulkhead url {way.address}").strip()

    def send(**headers):
        return requests.get(f"{url}{way.path}", headers=headers, timeout=20)

    return send


@each_direction
def test_a_service_is_known_by_its_token(running, way):
    path = f"/{way.caller}/calls/{way.callee}"

    told = running.request("GET", way.entrance, path, "reader")

    assert told["asked_by"] == {"service": way.caller, "user": ""}


@each_direction
def test_a_user_is_known_by_the_token_that_a_service_passes_on(running, way, token):
    path = f"/{way.caller}/calls/{way.callee}?user=yes"

    told = running.request("GET", way.entrance, path, "reader")

    assert told["asked_by"]["service"] == way.caller
    assert len(told["asked_by"]["user"]) == len("6a4bcffc-0606-4f02-bec8-8286361edd23")


@each_direction
def test_a_service_that_does_not_name_the_callee_is_forbidden(direct, way, token, strangers_token):
    bearer = f"Bearer {strangers_token(way.callee)}"

    alone = direct(authorization=bearer)
    with_user = direct(**{"authorization": bearer, "x-user-token": token("reader")})

    for answer in (alone, with_user):
        assert answer.status_code == 403, answer.text
        assert "role/stranger may not call this service" in answer.json()["message"]


@each_direction
def test_without_the_token_of_a_service_nobody_gets_in(direct, way, token, strangers_token):
    user = token("reader")
    other = "books" if way.callee != "books" else "loans"

    answers = [
        direct(),
        direct(authorization=f"Bearer {user}"),
        direct(**{"x-user-token": user}),
        direct(authorization=f"Bearer {strangers_token(other)}"),
    ]

    assert [answer.status_code for answer in answers] == [401] * len(answers)
