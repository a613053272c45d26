"""What is written can be read."""

import json
from pathlib import Path

import pytest
from kit.testing.events import request

pytestmark = pytest.mark.integration

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/recipes/{id}"


@pytest.fixture
def ask(import_fresh, kit, mysql_store, monkeypatch):
    mysql_store("meals")
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    handler = import_fresh("handler", SERVICE).handler

    def send(method, recipe, body=None):
        event = request(method, f"/recipes/{recipe}", route=ROUTE, body=body, roles=("reader",))
        answer = handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_a_recipe_is_kept(ask):
    written = ask("PUT", "a", {"text": "first"})

    assert written == ask("GET", "a") == (200, {"text": "first"})
    assert ask("GET", "b") == (404, {"message": "there is no recipe 'b'"})
