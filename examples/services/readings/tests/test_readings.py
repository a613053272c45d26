"""What is written can be read."""

import json
from pathlib import Path

import pytest
from kit.testing.asgi import call, running
from kit.testing.tokens import token

pytestmark = pytest.mark.integration

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/readings/{id}"


@pytest.fixture
def readings(import_fresh, kit, mysql_store, monkeypatch):
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    mysql_store("meters", SERVICE / "migrations")
    assert kit("mysql_migrations").main("meters") == 0
    return import_fresh("readings", SERVICE)


async def test_a_reading_is_kept(readings):
    headers = {"authorization": f"Bearer {token('reader')}"}

    async with running(readings.create()) as app:
        written = await call(app, "PUT", "/readings/a", body={"text": "first"}, headers=headers)
        read = await call(app, "GET", "/readings/a", headers=headers)
        unknown = await call(app, "GET", "/readings/b", headers=headers)

    assert written[:2] == read[:2] == (200, {"text": "first"})
    assert unknown[:2] == (404, {"message": "there is no reading 'b'"})
