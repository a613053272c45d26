"""The deprecated kit.http_api still answers requests as before."""

import base64
import json

import pytest

EVENT = {"routeKey": "PUT /notes", "headers": {}, "requestContext": {}}


@pytest.fixture
def http_api(kit, monkeypatch):
    monkeypatch.setenv("ROUTE_ROLES", json.dumps({"PUT /notes": "public"}))
    with pytest.warns(DeprecationWarning, match="kit.powertools.HttpApiResolver"):
        return kit("http_api")


def test_a_body_is_read_from_base64(http_api):
    event = {**EVENT, "body": base64.b64encode('{"a": "ü"}'.encode()), "isBase64Encoded": True}

    answer = http_api.answer(event, {"PUT /notes": lambda request: request.json()})

    assert (answer["statusCode"], answer["body"]) == (200, '{"a": "ü"}')


def test_a_body_that_is_no_text_is_refused(http_api):
    event = {**EVENT, "body": base64.b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True}

    answer = http_api.answer(event, {"PUT /notes": lambda request: request.json()})

    assert answer["statusCode"] == 400
    assert json.loads(answer["body"]) == {"message": "the body is not UTF-8 text"}


def test_an_unexpected_failure_is_logged_with_its_route_and_passed_on_to_lambda(http_api, caplog):
    def broken(_request):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        http_api.answer(EVENT, {"PUT /notes": broken})

    [line] = caplog.records
    assert (line.getMessage(), line.route) == ("request failed", "PUT /notes")
