"""What is written can be read."""

import json
from pathlib import Path

import pytest
from kit.testing.events import request

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/almanacs/{id}"


@pytest.fixture
def ask(import_fresh, postgresql_store, monkeypatch):
    postgresql_store("years")
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    handler = import_fresh("handler", SERVICE).handler

    def send(method, almanac, body=None):
        event = request(method, f"/almanacs/{almanac}", route=ROUTE, body=body, roles=("reader",))
        answer = handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_an_almanac_is_kept(ask):
    written = ask("PUT", "a", {"text": "first"})

    assert written == ask("GET", "a") == (200, {"text": "first"})
    assert ask("GET", "b") == (404, {"message": "there is no almanac 'b'"})
