"""What payload format 1.0 promises functions and clients."""

from __future__ import annotations

import dataclasses
import json

import pytest

from localcloud.runtime.frontdoor.gateway import events_v1
from localcloud.runtime.frontdoor.gateway.events import ApiRequest, MalformedResponseError
from localcloud.runtime.frontdoor.gateway.http_api import LambdaIntegration, Route
from tests.localcloud.runtime.frontdoor.gateway.test_app import api, functions

REQUEST = ApiRequest(
    api_id="abc",
    stage="$default",
    route_key="PUT /orders/{id}",
    request_id="r",
    method="PUT",
    raw_path="/orders/7",
    query="a=1&a=2&b=",
    headers={"host": ["abc.test"], "x-a": ["1", "2"]},
    source_ip="127.0.0.1",
    protocol="HTTP/1.1",
    body=b"text",
    variables={"id": "7"},
)


def test_an_event_has_the_last_and_all_values():
    found = events_v1.event(REQUEST)

    assert (found["version"], found["resource"], found["path"], found["httpMethod"]) == (
        "1.0",
        "/orders/{id}",
        "/orders/7",
        "PUT",
    )
    assert (found["headers"]["x-a"], found["multiValueHeaders"]["x-a"]) == ("2", ["1", "2"])
    assert found["queryStringParameters"] == {"a": "2", "b": ""}
    assert found["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""]}
    assert (found["pathParameters"], found["stageVariables"]) == ({"id": "7"}, None)
    assert (found["body"], found["isBase64Encoded"]) == ("text", False)
    assert found["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def test_claims_are_beside_the_scopes():
    request = dataclasses.replace(REQUEST, claims={"groups": ["a", "b"]}, scopes=["read"])

    authorizer = events_v1.event(request)["requestContext"]["authorizer"]

    assert authorizer == {"claims": {"groups": "[a b]"}, "scopes": ["read"]}


def test_a_response_may_have_several_values_of_a_header():
    content = {
        "statusCode": 200,
        "headers": {"Set-Cookie": "a=1", "x-a": "b"},
        "multiValueHeaders": {"set-cookie": ["a=1", "c=2"]},
        "body": "ok",
    }

    found = events_v1.response(json.dumps(content).encode())

    cookies = [value for name, value in found.headers if name == b"set-cookie"]
    assert (found.status, found.body, cookies) == (200, b"ok", [b"a=1", b"c=2"])
    assert (b"x-a", b"b") in found.headers


@pytest.mark.parametrize(
    "content", [{"body": "ok"}, "ok", {"statusCode": 200, "multiValueHeaders": {"a": "b"}}]
)
def test_a_response_of_another_form_is_malformed(content):
    with pytest.raises(MalformedResponseError):
        events_v1.response(json.dumps(content).encode())


async def test_an_integration_chooses_the_format(open_door):
    seen = []
    first = LambdaIntegration("catalog", None, payload_format="1.0")
    async with open_door(functions({"message": "no status"}, seen=seen)) as served:
        url = await served.serve_api(api(Route("GET /a", first)))

        async with served.client.get(f"{url}/a") as answer:
            got = answer.status

    assert [event["version"] for _, event in seen] == ["1.0"]
    assert got == 500
