"""What is written can be read."""

import json
from pathlib import Path

import boto3
import pytest
from kit.testing.events import request

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/notes/{id}"


@pytest.fixture
def ask(import_fresh, aws, monkeypatch):
    monkeypatch.setenv("PAGES_TABLE", "pages")
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    boto3.client("dynamodb").create_table(
        TableName="pages",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    handler = import_fresh("handler", SERVICE).handler

    def send(method, note, body=None):
        event = request(method, f"/notes/{note}", route=ROUTE, body=body, roles=("reader",))
        answer = handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_a_note_is_kept(ask):
    written = ask("PUT", "a", {"text": "first"})

    assert written == ask("GET", "a") == (200, {"text": "first"})
    assert ask("GET", "b") == (404, {"message": "there is no note 'b'"})
