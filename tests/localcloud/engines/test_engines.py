"""Each engine: its servers start, answer, survive a kill, and stop."""

import asyncio
import contextlib
import os
import signal
import socket

import pymysql
import pytest
import valkey

from localcloud.engines.catalog import ENGINES
from localcloud.engines.engine import ServerError
from localcloud.engines.install import InstallError, install
from localcloud.engines.servers import Servers
from localcloud.layout import Layout
from localcloud.supervisor.process import State
from localcloud.supervisor.servers import ServerProcesses

MASTER = {"master_username": "app", "master_password": "it's", "database_name": "ledger"}
USER = {"users": {"app": "on >secret ~app:* +@all"}}


def use_memcached(port):
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"set a 0 0 1\r\n1\r\nget a\r\nquit\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer == b"STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n"


def use_valkey(port, **credentials):
    with valkey.Valkey(port=port, **credentials) as client:
        client.set("app:a", "1")
        assert client.get("app:a") == b"1"


def use_valkey_cluster(port):
    with contextlib.closing(valkey.ValkeyCluster(host="127.0.0.1", port=port)) as client:
        for number in range(20):
            client.set(f"key-{number}", "1")
        assert client.cluster_info()["cluster_slots_ok"] == "16384"


def use_valkey_user(port):
    use_valkey(port, username="app", password="secret")
    with pytest.raises(valkey.AuthenticationError):
        use_valkey(port)


def use_mariadb(port):
    with pymysql.connect(
        host="127.0.0.1", port=port, user="app", password="it's", database="ledger"
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        cursor.execute("INSERT INTO kept VALUES (1)")
        connection.commit()
    for user in ("root", ""):
        with pytest.raises(pymysql.OperationalError, match="Access denied"):
            pymysql.connect(host="127.0.0.1", port=port, user=user)


SERVERS = [
    pytest.param("mariadb", MASTER, use_mariadb, id="mariadb"),
    pytest.param("memcached", {}, use_memcached, id="memcached"),
    pytest.param("valkey", {}, use_valkey, id="valkey"),
    pytest.param("valkey", {"cluster": True}, use_valkey_cluster, id="valkey-cluster"),
    pytest.param("valkey", USER, use_valkey_user, id="valkey-users"),
]


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


@pytest.fixture
async def processes(layout):
    """The servers' processes, followed as the supervisor does."""
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


def installed(engine):
    """Install the engine where that is possible; skip the test otherwise."""
    with contextlib.suppress(InstallError):
        if engine == "mariadb" and ENGINES[engine].find() is None:
            install(engine)
    if ENGINES[engine].find() is None:
        pytest.skip(f"{engine} is not installed: {ENGINES[engine].how_to_get}")


@pytest.mark.parametrize(("engine", "settings", "use"), SERVERS)
async def test_a_server_answers_survives_a_kill_and_stops(layout, processes, engine, settings, use):
    installed(engine)
    servers = Servers(layout)

    endpoint = await asyncio.to_thread(servers.create, engine, "prices", settings)
    await asyncio.to_thread(use, endpoint.port)
    [process] = processes.processes()
    os.kill(process.pid, signal.SIGKILL)
    async with asyncio.timeout(20):
        while not (process.restarts and process.state is State.READY):
            await asyncio.sleep(0.02)
    await asyncio.to_thread(use, endpoint.port)
    servers.delete(engine, "prices")
    async with asyncio.timeout(20):
        while processes.processes() or list((layout.servers / engine).iterdir()):
            await asyncio.sleep(0.02)

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", endpoint.port), 5)


def test_changed_users_are_loaded_without_a_restart(layout):
    servers = Servers(layout, start_here=True)
    try:
        endpoint = servers.create("valkey", "prices", USER)
        with valkey.Valkey(port=endpoint.port, username="app", password="secret") as kept:
            kept.ping()
            started = kept.info()["run_id"]

            again = servers.create(
                "valkey",
                "prices",
                {"users": {**USER["users"], "reader": "on nopass ~* +@read +info"}},
            )

            assert again == endpoint
            with valkey.Valkey(port=endpoint.port, username="reader", password="any") as client:
                assert client.info()["run_id"] == started
            with pytest.raises(ServerError, match="refused its users: -ERR"):
                servers.create("valkey", "prices", {"users": {"app": "on no-such-rule"}})
    finally:
        servers.stop()
