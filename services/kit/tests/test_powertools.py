"""The resolver for HTTP APIs: what it adds to that of Powertools."""

import base64
import json
from http import HTTPStatus
from typing import Annotated

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from kit.testing.events import request
from pydantic import BaseModel


class Note(BaseModel):
    text: str
    tags: list[int] = []


@pytest.fixture
def ask(monkeypatch):
    roles = {"GET /notes/{name}": "public", "POST /notes": "writer", "GET /broken": "public"}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    app = HttpApiResolver()

    @app.get("/notes/<name>")
    def read(
        name: str,
        limit: Annotated[int, Query(ge=1)] = 10,
        language: Annotated[str, Header(alias="accept-language", max_length=5)] = "en",
    ):
        if name == "none":
            raise HttpError(HTTPStatus.GONE, "it was removed")
        return {"name": name, "limit": limit, "language": language}

    @app.post("/notes", status_code=201)
    def write(note: Note) -> Note:
        return note

    @app.get("/broken")
    def broken():
        raise ZeroDivisionError

    def send(method, path, **about):
        answer = app.resolve(request(method, path, **about), None)
        return answer["statusCode"], json.loads(answer["body"])

    send.app = app
    return send


def read(ask, path="/notes/one", **about):
    return ask("GET", path, route="/notes/{name}", **about)


def test_path_query_and_headers_are_read(ask):
    found = read(ask, query={"limit": "3"}, headers={"Accept-Language": "de"})

    assert found == (200, {"name": "one", "limit": 3, "language": "de"})


def test_a_path_is_decoded(ask):
    assert read(ask, "/notes/Ada%20L%C3%B6we")[1]["name"] == "Ada Löwe"


def test_a_route_has_a_status_of_its_own(ask):
    status, body = ask("POST", "/notes", body={"text": "ü"}, roles=("writer",))

    assert (status, body) == (201, {"text": "ü", "tags": []})


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"query": {"limit": "0"}}, "limit"),
        ({"headers": {"accept-language": "deutsch"}}, "Accept-Language"),
    ],
)
def test_invalid_parameters_are_named(ask, about, field):
    status, body = read(ask, **about)

    assert status == 422
    assert body["message"] == f"the request cannot be used: {field}"
    assert [error["field"] for error in body["errors"]] == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [("{", "body"), (None, "body"), ({}, "text"), ({"text": "a", "tags": [1, "b"]}, "tags[1]")],
)
def test_invalid_fields_of_a_body_are_named(ask, body, field):
    status, answer = ask("POST", "/notes", body=body, roles=("writer",))

    assert (status, [error["field"] for error in answer["errors"]]) == (422, [field])


def test_the_role_is_checked_before_the_body(ask):
    assert ask("POST", "/notes", body="{") == (403, {"message": "the role 'writer' is needed"})


def test_an_http_error_is_the_answer(ask):
    assert read(ask, "/notes/none") == (410, {"message": "it was removed"})


@pytest.mark.parametrize(("hops", "status"), [("2", 200), ("3", 508)])
def test_a_request_that_went_round_too_often_is_answered_with_508(ask, monkeypatch, hops, status):
    monkeypatch.setenv("MAX_HOPS", "3")

    assert read(ask, headers={"baggage": f"hops={hops}"})[0] == status


def test_a_body_that_is_not_text_is_refused(ask):
    event = request("POST", "/notes", roles=("writer",))
    event |= {"body": base64.b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True}

    answer = ask.app.resolve(event, None)

    assert answer["statusCode"] == 400
    assert json.loads(answer["body"]) == {"message": "the body is not UTF-8 text"}


def test_an_answer_has_the_correlation_id(ask):
    event = request("GET", "/notes/one", route="/notes/{name}", headers={"X-Correlation-Id": "abc"})

    assert ask.app.resolve(event, None)["headers"]["x-correlation-id"] == "abc"


def test_an_unexpected_failure_is_logged_with_its_route_and_passed_on_to_lambda(ask, caplog):
    with pytest.raises(ZeroDivisionError):
        ask("GET", "/broken")

    line = caplog.records[-1]
    assert (line.getMessage(), line.route) == ("request failed", "GET /broken")
