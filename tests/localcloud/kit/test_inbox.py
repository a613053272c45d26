"""The inbox in PostgreSQL against the same model as in DynamoDB, and deliveries at one time."""

import asyncio
import contextlib
import re

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from inbox_model import Event, deliveries, expected
from kit import inbox

from localcloud.engines.databases import Databases
from localcloud.layout import Layout


class CrashError(Exception):
    pass


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    databases = Databases(Layout(tmp_path_factory.mktemp("postgresql")), start_here=True)
    yield databases.create(
        "inbox", master_username="master", master_password="m", database_name="ledger"
    )
    databases.stop()


@pytest.fixture
async def connect(server):
    """Open connections to a database with the tables of the docstring, and a table of effects."""
    opened = []

    async def open_():
        login = {"user": "master", "password": "m", "dbname": "ledger"}
        opened.append(
            await psycopg.AsyncConnection.connect(
                host=server.host, port=server.port, autocommit=True, **login
            )
        )
        return opened[-1]

    first = await open_()
    await first.execute("DROP TABLE IF EXISTS inbox, inbox_latest, effects")
    for statement in re.findall(r"^    (CREATE .*?;)$", inbox.__doc__, re.DOTALL | re.MULTILINE):
        await first.execute(statement)
    await first.execute("CREATE TABLE effects (position serial, event text NOT NULL)")
    yield open_
    for connection in opened:
        await connection.close()


async def deliver(connection, event, *, latest_only=False, crashes=False):
    async with inbox.once(connection, event, latest_only=latest_only) as new:
        if new:
            await connection.execute("INSERT INTO effects (event) VALUES (%s)", [event.id])
            if crashes:
                raise CrashError


async def effects(connection):
    cursor = await connection.execute("SELECT event FROM effects ORDER BY position")
    return [event for (event,) in await cursor.fetchall()]


@pytest.mark.parametrize("latest_only", [False, True])
@run(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(delivered=deliveries)
async def test_each_event_has_its_effect_once(connect, delivered, latest_only):
    connection = await connect()
    await connection.execute("TRUNCATE inbox, inbox_latest, effects")
    for event, crashes in delivered:
        try:
            await deliver(connection, event, latest_only=latest_only, crashes=crashes)
        except CrashError:
            assert crashes

    found = await effects(connection)

    assert found == [event.id for event in expected(delivered, latest_only=latest_only)]
    await connection.close()


async def test_of_deliveries_at_one_time_one_has_its_effect(connect):
    connections = [await connect() for _ in range(8)]

    async def work(connection, *, crashes):
        for number in range(1, 6):
            with contextlib.suppress(CrashError):
                await deliver(connection, Event("a", number), crashes=crashes)

    await asyncio.gather(
        *(work(connection, crashes=index < 4) for index, connection in enumerate(connections))
    )

    assert sorted(await effects(connections[0])) == [f"a-{number}" for number in range(1, 6)]


async def test_old_events_are_removed(connect):
    connection = await connect()
    for number in (1, 2):
        await deliver(connection, Event("a", number))
    await connection.execute(
        "UPDATE inbox SET received_at = now() - interval '46 days' WHERE id = 'a-1'"
    )

    await inbox.clean(connection)

    cursor = await connection.execute("SELECT id FROM inbox")
    assert await cursor.fetchall() == [("a-2",)]
