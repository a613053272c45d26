"""How a connection to PostgreSQL is opened."""

import json

import boto3
import pytest


@pytest.fixture
def database(kit, aws, monkeypatch):
    content = json.dumps({"username": "orders_a", "password": "secret"})
    secret = boto3.client("secretsmanager").create_secret(Name="ledger", SecretString=content)
    variables = {"HOST": "db.test", "PORT": "5433", "NAME": "ledger", "SECRET_ARN": secret["ARN"]}
    for end, value in variables.items():
        monkeypatch.setenv(f"LEDGER_{end}", value)
    monkeypatch.setenv("SERVICE_NAME", "orders")
    return kit("database").Database.from_environment("ledger")


async def test_a_connection_has_the_present_user_and_prepares_no_statements(database):
    arguments = await database.arguments()

    cursors = arguments.pop("cursor_factory")
    assert cursors.database["net.peer.name"] == "db.test"
    assert arguments == {
        "host": "db.test",
        "port": 5433,
        "dbname": "ledger",
        "sslmode": "require",
        "user": "orders_a",
        "password": "secret",
        "connect_timeout": 5,
        "autocommit": True,
        "application_name": "orders",
        "prepare_threshold": None,
    }
