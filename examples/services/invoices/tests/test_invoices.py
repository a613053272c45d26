"""What is written can be read."""

import json
from pathlib import Path

import pytest
from kit.testing.asgi import call, running
from kit.testing.tokens import token

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/invoices/{id}"


@pytest.fixture
def invoices(import_fresh, postgresql_store, monkeypatch):
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    postgresql_store("books", SERVICE / "migrations")
    return import_fresh("invoices", SERVICE)


async def test_an_invoice_is_kept(invoices):
    headers = {"authorization": f"Bearer {token('reader')}"}

    async with running(invoices.create()) as app:
        written = await call(app, "PUT", "/invoices/a", body={"text": "first"}, headers=headers)
        read = await call(app, "GET", "/invoices/a", headers=headers)
        unknown = await call(app, "GET", "/invoices/b", headers=headers)

    assert written[:2] == read[:2] == (200, {"text": "first"})
    assert unknown[:2] == (404, {"message": "there is no invoice 'b'"})
