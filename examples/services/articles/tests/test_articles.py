"""What is written can be read, by the key and by the indexes."""

import json
from pathlib import Path

import boto3
import pytest
from kit.testing.events import request

SERVICE = Path(__file__).resolve().parents[1]
ROUTES = ["/articles/{id}", "/articles/{id}/longest", "/authors/{author}/articles"]
TYPES = {"id": "S", "written_at": "N", "author": "S", "length": "N"}


def _schema(*names):
    kinds = zip(names, ("HASH", "RANGE"), strict=False)
    return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds]


@pytest.fixture
def ask(import_fresh, aws, monkeypatch):
    monkeypatch.setenv("VERSIONS_TABLE", "versions")
    roles = {f"{method} {route}": "reader" for method in ("GET", "PUT") for route in ROUTES}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    everything = {"Projection": {"ProjectionType": "ALL"}}
    by_author = {"IndexName": "by-author", "KeySchema": _schema("author", "written_at")}
    by_length = {"IndexName": "by-length", "KeySchema": _schema("id", "length")}
    boto3.client("dynamodb").create_table(
        TableName="versions",
        KeySchema=_schema("id", "written_at"),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in TYPES.items()
        ],
        GlobalSecondaryIndexes=[{**by_author, **everything}],
        LocalSecondaryIndexes=[{**by_length, **everything}],
        BillingMode="PAY_PER_REQUEST",
    )
    handler = import_fresh("handler", SERVICE).handler

    def send(method, path, body=None, route=ROUTES[0]):
        event = request(method, path, route=route, body=body, roles=("reader",))
        answer = handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_versions_are_found_by_the_key_and_by_the_indexes(ask):
    ask("PUT", "/articles/a", {"text": "the first", "author": "ann"})
    ask("PUT", "/articles/a", {"text": "second", "author": "ann"})

    assert ask("GET", "/articles/a") == (200, {"text": "second"})
    assert ask("GET", "/articles/a/longest", route=ROUTES[1]) == (200, {"text": "the first"})
    assert ask("GET", "/authors/ann/articles", route=ROUTES[2]) == (
        200,
        {"texts": ["second", "the first"]},
    )
    assert ask("GET", "/articles/b") == (404, {"message": "there is no article 'b'"})
