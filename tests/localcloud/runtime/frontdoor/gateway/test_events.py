"""What payload format 2.0 promises functions and clients."""

from __future__ import annotations

import base64
import json

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.runtime.frontdoor.gateway.events import (
    ApiRequest,
    MalformedResponseError,
    claim_text,
    event,
    parse_response,
)

TEXTS = st.text(st.characters(exclude_categories=[]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=4,
)
NAMES = TEXTS | st.sampled_from(["X-A", "Set-Cookie", "Content-Length", "Transfer-Encoding"])
RESPONSES = st.fixed_dictionaries(
    {"statusCode": st.integers(90, 610) | VALUES},
    optional={
        "headers": st.dictionaries(NAMES, TEXTS | VALUES) | VALUES,
        "cookies": st.lists(TEXTS) | VALUES,
        "body": TEXTS | VALUES,
        "isBase64Encoded": VALUES,
    },
)
ANSWERS = st.binary() | (RESPONSES | VALUES).map(lambda content: json.dumps(content).encode())


def call(**changes):
    given = {
        "api_id": "abc",
        "stage": "$default",
        "route_key": "PUT /catalog/{sku}",
        "request_id": "r-1",
        "method": "PUT",
        "raw_path": "/catalog/a%20b",
        "query": "x=1&x=2&y=",
        "headers": {"host": ["api.test"], "accept": ["a", "b"], "user-agent": ["curl"]},
        "source_ip": "127.0.0.1",
        "protocol": "HTTP/1.1",
        "variables": {"sku": "a b"},
        "at": 1_700_000_000.5,
    }
    return ApiRequest(**{**given, **changes})


def test_an_event_tells_the_request():
    found = event(call(body=b'{"a": 1}', headers={"content-type": ["application/json"]}))

    assert found["version"] == "2.0"
    assert found["rawPath"] == "/catalog/a%20b"
    assert found["rawQueryString"] == "x=1&x=2&y="
    assert found["queryStringParameters"] == {"x": "1,2", "y": ""}
    assert found["pathParameters"] == {"sku": "a b"}
    assert (found["body"], found["isBase64Encoded"]) == ('{"a": 1}', False)
    context = found["requestContext"]
    assert context["http"]["method"] == "PUT"
    assert context["time"] == "14/Nov/2023:22:13:20 +0000"
    assert context["timeEpoch"] == 1_700_000_000_500
    assert "authorizer" not in context


def test_headers_are_joined_and_cookies_set_apart():
    found = event(call(headers={"accept": ["a", "b"], "cookie": ["x=1; y=2"]}))

    assert found["headers"] == {"accept": "a,b"}
    assert found["cookies"] == ["x=1", "y=2"]


@pytest.mark.parametrize("kind", ["image/png", "application/x-www-form-urlencoded"])
def test_other_bodies_than_text_are_base64(kind):
    found = event(call(body=b"\xff\x00", headers={"content-type": [kind]}))

    assert found["isBase64Encoded"]
    assert base64.b64decode(found["body"]) == b"\xff\x00"


def test_claims_are_text():
    found = event(call(claims={"cognito:groups": ["a", "b"], "exp": 12}, scopes=None))

    assert found["requestContext"]["authorizer"] == {
        "jwt": {"claims": {"cognito:groups": "[a b]", "exp": "12"}, "scopes": None}
    }
    assert claim_text(value=True) == "true"


def test_an_answer_without_a_status_is_a_json_body():
    found = parse_response(b'{"name": "x"}')

    assert found.status == 200
    assert found.headers == [(b"content-type", b"application/json")]
    assert json.loads(found.body) == {"name": "x"}


def test_an_answer_with_a_status_is_taken_as_it_is():
    given = {
        "statusCode": 201,
        "headers": {"X-A": 1, "Content-Length": 99},
        "cookies": ["a=1", "b=2"],
        "body": base64.b64encode(b"\xff").decode(),
        "isBase64Encoded": True,
    }

    found = parse_response(json.dumps(given).encode())

    assert (found.status, found.body) == (201, b"\xff")
    assert found.headers == [
        (b"x-a", b"1"),
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b'{"statusCode": "x"}',
        b'{"statusCode": 42}',
        b'{"statusCode": 100}',
        b'{"statusCode": 1000}',
        b'{"statusCode": true}',
        b'{"statusCode": Infinity}',
        b'{"statusCode": 200, "body": {"a": 1}}',
        '{"statusCode": 200, "body": "é", "isBase64Encoded": true}'.encode(),
        b'{"statusCode": 200, "headers": ["x-a"]}',
        b'{"statusCode": 200, "headers": {"x-a": ["b"]}}',
        b'{"statusCode": 200, "headers": {"x a": "b"}}',
        b'{"statusCode": 200, "headers": {"x-a": "b\\r\\nx-c: d"}}',
        b'{"statusCode": 200, "headers": {"x-a": "b\\u0001"}}',
        b'{"statusCode": 200, "cookies": "a=1"}',
        b'{"statusCode": 200, "cookies": [null]}',
    ],
)
def test_what_is_no_response_is_refused(answer):
    with pytest.raises(MalformedResponseError):
        parse_response(answer)


@given(ANSWERS)
def test_whatever_a_function_answers_is_a_response_or_refused(answer):
    try:
        found = parse_response(answer)
    except MalformedResponseError:
        return

    headers = [(name, value.strip()) for name, value in found.headers]
    assert h11.Response(status_code=found.status, headers=headers)
    assert found.status <= 599
    assert isinstance(found.body, bytes)
