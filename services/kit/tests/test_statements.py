"""Statements on real databases are spans of the request that executes them."""

import pytest
from kit.testing.spans import collecting
from psycopg import sql

pytestmark = pytest.mark.integration


@pytest.fixture
def collector(monkeypatch):
    with collecting() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        yield server


def described(spans):
    """Return the name and the attributes of the spans of statements, in their order."""
    of_statements = sorted(
        (one for one in spans if one.parent_span_id), key=lambda one: one.start_time_unix_nano
    )
    return [
        (one.name, {a.key: a.value.string_value or a.value.int_value for a in one.attributes})
        for one in of_statements
    ]


def about(system, server, name, text):
    place = {"db.name": name, "net.peer.name": server.host, "net.peer.port": server.port}
    return {"db.system": system, **place, "db.statement": text}


async def test_postgresql(postgresql, postgresql_store, kit, collector):
    postgresql_store("ledger")
    database = kit("database")
    store = database.Database.from_environment("ledger")
    pool = database.pool(store)
    await pool.open(wait=True)

    with database.tracing.entrance("work", kind="server"):
        async with pool.connection() as connection:
            await connection.execute("CREATE TABLE books (id int)")
            cursor = connection.cursor()
            await cursor.executemany("INSERT INTO books VALUES (%s)", [[1], [2]])
            named = sql.SQL("SELECT id FROM {}").format(sql.Identifier("books"))
            rows = await (await connection.execute(named)).fetchall()
            await connection.execute(b"SELECT 1")
    await pool.close()
    database.tracing.flush(5)

    assert rows == [(1,), (2,)]
    assert described(collector.spans) == [
        (text.split()[0], about("postgresql", postgresql, store.name, text))
        for text in (
            "CREATE TABLE books (id int)",
            "INSERT INTO books VALUES (%s)",
            'SELECT id FROM "books"',
            "SELECT 1",
        )
    ]


def test_mariadb(mariadb, mysql_store, kit, collector):
    mysql_store("ledger")
    mysql = kit("mysql")
    connections = mysql.Connections(mysql.Database.from_environment("ledger"))

    with mysql.tracing.entrance("work", kind="server"), connections.cursor() as cursor:
        cursor.execute("SELECT %s", [1])
        with connections.cursor() as again:  # after a ping
            again.execute("SELECT 2")
    mysql.tracing.flush(5)

    assert described(collector.spans) == [
        ("SELECT", about("mysql", mariadb, "tests", text)) for text in ("SELECT %s", "SELECT 2")
    ]
