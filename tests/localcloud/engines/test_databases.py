"""What a local database cluster promises to whoever creates it."""

import psycopg
import pytest

from localcloud.engines.databases import Databases
from localcloud.engines.engine import ServerError
from localcloud.layout import Layout

MASTER = {"master_username": "master", "database_name": "ledger"}


@pytest.fixture
def databases(tmp_path):
    found = Databases(Layout(tmp_path), start_here=True)
    yield found
    found.stop()


def connect(endpoint, password):
    return psycopg.connect(
        host=endpoint.host, port=endpoint.port, user="master", password=password, dbname="ledger"
    )


def test_the_master_user_owns_its_database_and_only_its_password_opens_it(databases):
    endpoint = databases.create("orders", master_password="first", **MASTER)

    with connect(endpoint, "first") as connection:
        connection.execute("CREATE TABLE kept (id int)")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(endpoint, "wrong")


def test_creating_again_keeps_the_data_and_the_address(databases):
    first = databases.create("orders", master_password="first", **MASTER)
    with connect(first, "first") as connection:
        connection.execute("CREATE TABLE kept (id int)")

    again = databases.create("orders", master_password="second", **MASTER)

    assert again == first
    with connect(again, "second") as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_new_password_replaces_the_old_one(databases):
    endpoint = databases.create("orders", master_password="first", **MASTER)

    databases.set_master_password("orders", "second")

    connect(endpoint, "second").close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(endpoint, "first")


def test_deleting_removes_server_data_and_port(databases, tmp_path):
    databases.create("orders", master_password="first", **MASTER)

    databases.delete("orders")

    assert databases.list() == []
    assert list(Layout(tmp_path).databases.iterdir()) == []
    with pytest.raises(ServerError, match="'orders' does not exist"):
        databases.endpoint("orders")
    databases.delete("orders")
