"""What is written can be read."""

import json
from pathlib import Path

import pytest
from kit.testing.asgi import call, running
from kit.testing.tokens import token

SERVICE = Path(__file__).resolve().parents[1]
ROUTE = "/journals/{id}"


@pytest.fixture
def journals(import_fresh, postgresql_store, monkeypatch):
    roles = {f"{method} {ROUTE}": "reader" for method in ("GET", "PUT")}
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(roles))
    postgresql_store("entries", SERVICE / "migrations")
    return import_fresh("journals", SERVICE)


async def test_an_entry_is_kept(journals):
    headers = {"authorization": f"Bearer {token('reader')}"}

    async with running(journals.create()) as app:
        written = await call(app, "PUT", "/journals/a", body={"text": "first"}, headers=headers)
        read = await call(app, "GET", "/journals/a", headers=headers)
        unknown = await call(app, "GET", "/journals/b", headers=headers)

    assert written[:2] == read[:2] == (200, {"text": "first"})
    assert unknown[:2] == (404, {"message": "there is no entry 'b'"})


async def test_seeds_may_run_twice(journals):
    from kit import database, seeds  # noqa: PLC0415 - of the service's own folder

    source = database.Database.from_environment("entries")
    async with await database.connect(source, within_seconds=10) as connection:
        for _ in range(2):
            await seeds.seed(connection, seeds.read(SERVICE / "seeds"))
        cursor = await connection.execute("SELECT text FROM entries")
        found = await cursor.fetchall()

    assert found == [("The first entry.",)]
