"""What the supervisor does for database clusters."""

import asyncio
import contextlib

import psycopg
import pytest

from localcloud.layout import Layout
from localcloud.runtime.databases.clusters import Databases
from localcloud.supervisor.daemon import Daemon

MASTER = {"master_username": "master", "master_password": "first", "database_name": "ledger"}


@pytest.fixture
def layout(tmp_path):
    found = Layout(tmp_path)
    found.run.mkdir()
    return found


@pytest.fixture
async def daemon(layout):
    """A daemon that looks after databases alone."""
    found = Daemon(layout)

    async def follow():
        while True:
            await found._follow_databases()
            await asyncio.sleep(0.05)

    following = asyncio.create_task(follow())
    yield found
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
    for one in found._databases.values():
        await one.stop()


def connect(endpoint):
    return psycopg.connect(
        host=endpoint.host, port=endpoint.port, user="master", password="first", dbname="ledger"
    )


async def test_a_database_that_is_made_again_at_once_is_another_one(layout, daemon):
    databases = Databases(layout)
    first = await asyncio.to_thread(databases.create, "orders", **MASTER)
    with connect(first) as connection:
        connection.execute("CREATE TABLE old (id int)")

    databases.delete("orders")
    second = await asyncio.to_thread(databases.create, "orders", **MASTER)

    with connect(second) as connection:
        assert connection.execute("SELECT to_regclass('old')").fetchone() == (None,)
    with pytest.raises(psycopg.OperationalError):
        connect(first)
    assert [one.identifier for one in daemon._databases] == ["orders"]
    assert [home.name for home in layout.databases.iterdir()] == ["orders"]


async def test_a_folder_that_cannot_be_removed_holds_up_no_other_database(layout, daemon, caplog):
    layout.databases.mkdir(parents=True)
    (layout.databases / ".deleted-old-1").write_text("no folder")

    endpoint = await asyncio.to_thread(Databases(layout).create, "orders", **MASTER)

    connect(endpoint).close()
    assert "is still there" in caplog.text
