"""The secret seals, and parameter and variable are printed."""

import json
from pathlib import Path

import boto3
import pytest
from kit.testing.events import request

SERVICE = Path(__file__).resolve().parents[1]
ROUTES = {"contracts": ("GET", "PUT"), "printed-contracts": ("GET",)}


@pytest.fixture
def key(aws):
    return boto3.client("secretsmanager").create_secret(Name="seal-key")["ARN"]


@pytest.fixture
def ask(import_fresh, aws, key, monkeypatch):
    monkeypatch.setenv("BOX_TABLE", "box")
    monkeypatch.setenv("SEAL_KEY_SECRET_ARN", key)
    monkeypatch.setenv("GREETING_PARAMETER", "/examples/greeting")
    monkeypatch.setenv("CLOSING", "Yours")
    roles = {f"{m} /{path}/{{id}}": "reader" for path, methods in ROUTES.items() for m in methods}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    boto3.client("dynamodb").create_table(
        TableName="box",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    handler = import_fresh("handler", SERVICE).handler

    def send(method, path, body=None):
        route = f"/{path.split('/')[0]}/{{id}}"
        event = request(method, f"/{path}", route=route, body=body, roles=("reader",))
        answer = handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_a_letter_is_kept_under_its_seal(ask, key):
    secrets = boto3.client("secretsmanager")
    without_key = ask("PUT", "contracts/a", {"text": "first"})
    secrets.put_secret_value(SecretId=key, SecretString="wax")
    written = ask("PUT", "contracts/a", {"text": "first"})
    read = ask("GET", "contracts/a")
    secrets.put_secret_value(SecretId=key, SecretString="lead")
    with_previous_key = ask("GET", "contracts/a")
    secrets.put_secret_value(SecretId=key, SecretString="tin")

    assert with_previous_key == read
    assert without_key == (503, {"message": "the seal has no key yet"})
    assert written == read == (200, {"text": "first"})
    assert ask("GET", "contracts/a")[0] == 409
    assert ask("GET", "contracts/b") == (404, {"message": "there is no contract 'b'"})


def test_a_letter_is_printed_with_the_parameter_and_the_variable(ask, key):
    boto3.client("secretsmanager").put_secret_value(SecretId=key, SecretString="wax")
    ask("PUT", "contracts/a", {"text": "first"})
    before = ask("GET", "printed-contracts/a")
    boto3.client("ssm").put_parameter(Name="/examples/greeting", Value="Hello", Type="String")

    assert before == (200, {"text": "Dear reader,\nfirst\nYours"})
    assert ask("GET", "printed-contracts/a") == (200, {"text": "Hello,\nfirst\nYours"})
