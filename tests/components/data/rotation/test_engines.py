"""Users of each engine, and how the rotation connects."""

from __future__ import annotations

import contextlib
import json
import sys
import types

import pytest

from components.data.rotation import handler, mysql, postgresql
from components.data.rotation.handler import RotationError
from tests.components.data.rotation.fakes import DESCRIBED, rotate_all


@pytest.mark.parametrize("quoted", [postgresql.identifier, mysql.name_of])
@pytest.mark.parametrize("name", ['x"; DROP ROLE y; --', "Upper", "", "a" * 65])
def test_a_name_that_quotes_could_not_hold_is_refused(quoted, name):
    with pytest.raises(ValueError, match="use a-z, 0-9 and _"):
        quoted(name)


def test_a_password_with_quotes_is_refused(database):
    session = database.connect({"username": "m"})

    with pytest.raises(ValueError, match="32 characters or more"):
        handler.ensure_user(session, {"engine": "postgres", "password": "it's short"})


def test_an_engine_without_users_of_its_own_is_refused_with_those_that_have_some():
    with pytest.raises(RotationError, match="'oracle' is unknown: use one of postgres, mysql"):
        handler.connect({"engine": "oracle"})


@pytest.mark.parametrize("engine", ["mysql", "mariadb"])
def test_users_of_mysql_get_privileges_on_their_database_alone(secrets, database, engine):
    secrets.versions["v1"] = json.dumps({**DESCRIBED, "engine": engine, "dbname": "my_ledger"})

    rotate_all(secrets, database, "v2")

    password = secrets.current["password"]
    created, altered, granted = [sql for user, sql, _ in database.statements if sql != "SELECT 1"]
    assert created == f"CREATE USER IF NOT EXISTS 'orders_ledger_a'@'%' IDENTIFIED BY '{password}'"
    assert altered == f"ALTER USER 'orders_ledger_a'@'%' IDENTIFIED BY '{password}'"
    assert granted.startswith("GRANT ALTER, ")
    assert "GRANT OPTION" not in granted
    assert granted.endswith(r"ON `my\_ledger`.* TO 'orders_ledger_a'@'%'")


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_proxy_can_log_both_users_in_after_each_rotation(secrets, database, engine):
    secrets.versions["v1"] = json.dumps({**DESCRIBED, "engine": engine})
    secrets.behind_a_proxy()

    for token in ("v2", "v3", "v4"):
        rotate_all(secrets, database, token)

        known = {secrets.login("a"), secrets.login("b")}
        assert known == set(database.passwords.items())
        assert (secrets.current["username"], secrets.current["password"]) in known


def test_a_proxy_that_is_added_later_can_log_in_the_user_that_is_connected(secrets, database):
    rotate_all(secrets, database, "v2")
    connected = secrets.current
    secrets.behind_a_proxy()

    rotate_all(secrets, database, "v3")

    assert secrets.login("a") == (connected["username"], connected["password"])
    assert secrets.login("b") == (secrets.current["username"], secrets.current["password"])


class InterfaceError(Exception):
    pass


@pytest.fixture
def opened(monkeypatch):
    calls = []

    class Connection:
        def __init__(self, **address):
            calls.append(address)
            if address.get("ssl_context") and address["host"] == "plain.test":
                raise InterfaceError("Server refuses SSL")

    native = types.ModuleType("pg8000.native")
    native.Connection = Connection
    native.InterfaceError = InterfaceError
    monkeypatch.setitem(sys.modules, "pg8000", types.ModuleType("pg8000"))
    monkeypatch.setitem(sys.modules, "pg8000.native", native)
    return calls


def test_a_session_is_encrypted(opened, monkeypatch):
    monkeypatch.delenv("DATABASE_SSLMODE", raising=False)

    handler.connect({**DESCRIBED, "password": "p"})

    [address] = opened
    assert address.pop("ssl_context") is not None
    assert address == {
        "user": "orders_ledger",
        "password": "p",
        "host": "db.test",
        "port": 5433,
        "database": "ledger",
        "timeout": 10,
    }


def test_a_server_without_tls_is_refused_where_tls_is_required(opened, monkeypatch):
    monkeypatch.setenv("DATABASE_SSLMODE", "require")

    with pytest.raises(InterfaceError):
        handler.connect({**DESCRIBED, "host": "plain.test", "password": "p"})


def test_a_server_without_tls_is_used_where_tls_is_only_preferred(opened, monkeypatch):
    monkeypatch.setenv("DATABASE_SSLMODE", "prefer")

    handler.connect({**DESCRIBED, "host": "plain.test", "password": "p"})

    assert [("ssl_context" in address) for address in opened] == [True, False]


class MySql:
    """PyMySQL, as far as the rotation uses it."""

    def __init__(self):
        self.calls = []

    def connect(self, **address):
        self.calls.append(address)
        return self

    def cursor(self):
        return contextlib.nullcontext(self)

    def execute(self, sql):
        self.calls.append(sql)

    def fetchall(self):
        return [[1]]

    def close(self):
        self.calls.append("closed")


@pytest.mark.parametrize(("mode", "required"), [("require", True), ("prefer", False)])
def test_a_session_of_mysql_requires_tls_unless_it_is_only_preferred(monkeypatch, mode, required):
    made = MySql()
    monkeypatch.setitem(sys.modules, "pymysql", made)
    monkeypatch.setenv("DATABASE_SSLMODE", mode)

    session = handler.connect({**DESCRIBED, "engine": "mysql", "password": "p"})

    assert session.run("SELECT 1") == [[1]]
    session.close()
    address, *rest = made.calls
    assert ("ssl" in address, rest) == (required, ["SELECT 1", "closed"])
    assert (address["user"], address["port"], address["database"]) == (
        "orders_ledger",
        5433,
        "ledger",
    )
