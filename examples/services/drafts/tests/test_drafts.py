"""What is written can be read, and an id is no path."""

import json
from pathlib import Path

import pytest
from kit.testing.events import request

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/drafts/{id}"


@pytest.fixture
def ask(import_fresh, tmp_path, monkeypatch):
    monkeypatch.setenv("FOLDER_PATH", str(tmp_path))
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    handler = import_fresh("handler", SERVICE).handler

    def send(method, draft, body=None):
        event = request(method, f"/drafts/{draft}", route=ROUTE, body=body, roles=("reader",))
        answer = handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_a_draft_is_kept(ask, tmp_path):
    written = ask("PUT", "a", {"text": "first"})

    assert written == ask("GET", "a") == (200, {"text": "first"})
    assert [file.name for file in tmp_path.iterdir()] == ["a"]
    assert ask("GET", "b") == (404, {"message": "there is no draft 'b'"})
    assert ask("PUT", "a.b", {"text": "x"})[0] == 422
