"""What is written can be read."""

import json
from pathlib import Path

import boto3
import pytest
from kit.testing.events import request

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/letters/{id}"


@pytest.fixture
def ask(import_fresh, aws, monkeypatch):
    monkeypatch.setenv("ENVELOPES_BUCKET", "envelopes")
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    boto3.client("s3").create_bucket(
        Bucket="envelopes", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    handler = import_fresh("handler", SERVICE).handler

    def send(method, letter, body=None):
        event = request(method, f"/letters/{letter}", route=ROUTE, body=body, roles=("reader",))
        answer = handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_a_letter_is_kept(ask):
    written = ask("PUT", "a", {"text": "first"})

    assert written == ask("GET", "a") == (200, {"text": "first"})
    assert ask("GET", "b") == (404, {"message": "there is no letter 'b'"})
