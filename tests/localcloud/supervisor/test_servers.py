"""What the supervisor does for servers."""

import asyncio
import contextlib

import psycopg
import pytest

from localcloud import stopped
from localcloud.engines.databases import Databases
from localcloud.engines.engine import ServerError
from localcloud.layout import Layout
from localcloud.stopped import Stopped
from localcloud.supervisor.servers import ServerProcesses

MASTER = {"master_username": "master", "master_password": "first", "database_name": "ledger"}


@pytest.fixture
def layout(tmp_path):
    found = Layout(tmp_path)
    found.run.mkdir()
    return found


@pytest.fixture
async def processes(layout):
    """The processes of the servers, followed."""
    found = ServerProcesses(layout, lambda: None)

    async def follow():
        while True:
            await found.follow()
            await asyncio.sleep(0.05)

    following = asyncio.create_task(follow())
    yield found
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
    await found.stop()


def connect(endpoint):
    return psycopg.connect(
        host=endpoint.host, port=endpoint.port, user="master", password="first", dbname="ledger"
    )


async def test_a_database_that_is_made_again_at_once_is_another_one(layout, processes):
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
    assert [one.spec.name for one in processes.processes()] == ["database-orders"]
    assert [home.name for home in layout.databases.iterdir()] == ["orders"]


async def test_a_folder_that_cannot_be_removed_holds_up_no_other_database(
    layout, processes, caplog
):
    layout.databases.mkdir(parents=True)
    (layout.databases / ".deleted-old-1").write_text("no folder")

    endpoint = await asyncio.to_thread(Databases(layout).create, "orders", **MASTER)

    connect(endpoint).close()
    assert "is still there" in caplog.text


async def test_the_database_of_a_stopped_service_stops_and_keeps_its_data(
    layout, processes, monkeypatch
):
    databases = Databases(layout)
    endpoint = await asyncio.to_thread(databases.create, "orders", **MASTER)
    with connect(endpoint) as connection:
        connection.execute("CREATE TABLE kept (id int)")

    stopped.write(layout, Stopped(frozenset({"orders"}), frozenset({"orders"})))
    async with asyncio.timeout(10):
        while processes.processes():
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    with pytest.raises(ServerError, match="its service is stopped on this machine"):
        await asyncio.to_thread(databases.set_master_password, "orders", "second")
    stopped.write(layout, Stopped())
    await asyncio.to_thread(databases.set_master_password, "orders", "first")

    with connect(endpoint) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == ("kept",)
