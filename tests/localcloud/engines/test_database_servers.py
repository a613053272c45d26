"""Database servers whose engine may be installed later."""

import pytest

from localcloud import stopped
from localcloud.engines import desired
from localcloud.engines.database_servers import DatabaseServers
from localcloud.engines.engine import ServerError
from localcloud.layout import Layout

MASTER = {"master_username": "master", "master_password": "first", "database_name": "ledger"}


def test_without_the_engine_a_changed_password_is_that_of_the_server_to_come(tmp_path):
    layout = Layout(tmp_path)
    servers = DatabaseServers(layout, "oracle")

    endpoint = servers.create("orders", service="orders", **MASTER)
    servers.set_master_password("orders", "second")

    [server] = desired.servers(layout)
    assert (server.engine, server.service, server.port) == ("oracle", "orders", endpoint.port)
    assert server.settings == {**MASTER, "master_password": "second"}
    servers.delete("orders")
    assert desired.servers(layout) == []


def test_a_password_of_a_stopped_server_is_not_changed(tmp_path):
    layout = Layout(tmp_path)
    servers = DatabaseServers(layout, "oracle")
    servers.create("orders", **MASTER)
    stopped.write(layout, stopped.Stopped(databases=frozenset({"orders"})))

    with pytest.raises(ServerError, match="its service is stopped"):
        servers.set_master_password("orders", "second")
