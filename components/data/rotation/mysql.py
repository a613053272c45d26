"""Users of MySQL and MariaDB: two login users with the same privileges on one database."""

from __future__ import annotations

import importlib
import re
import ssl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS = 10
NAME = re.compile(r"[a-z_][a-z0-9_]{0,63}")
# ALL PRIVILEGES would need some that RDS keeps from its master user.
PRIVILEGES = (
    "ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE VIEW, DELETE,"
    " DROP, EVENT, EXECUTE, INDEX, INSERT, LOCK TABLES, REFERENCES, SELECT, SHOW VIEW, TRIGGER,"
    " UPDATE"
)


class Connection:
    """A connection of PyMySQL with the methods that the rotation uses."""

    def __init__(self, opened: Any) -> None:
        """Use *opened*."""
        self._opened = opened

    def run(self, sql: str) -> object:
        """Execute a statement and return its rows."""
        with self._opened.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def close(self) -> None:
        """Close the connection."""
        self._opened.close()


def connect(credentials: Mapping[str, Any], *, require_tls: bool) -> Connection:
    """Connect, with TLS if the server supports it."""
    pymysql: Any = importlib.import_module("pymysql")  # installed in the archive only

    # The certificate authority of RDS is not in the trust store; security groups limit the peers.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    required = {"ssl": context} if require_tls else {}  # without it, PyMySQL prefers TLS
    opened = pymysql.connect(
        user=credentials["username"],
        password=credentials["password"],
        host=credentials["host"],
        port=int(credentials["port"]),
        database=credentials["dbname"],
        connect_timeout=CONNECT_SECONDS,
        autocommit=True,
        **required,
    )
    return Connection(opened)


def name_of(name: str) -> str:
    """Return *name* if it needs no escaping; raises ValueError for other characters."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid name of a user or database: use a-z, 0-9 and _")
    return name


def ensure_user(connection: Any, credentials: Mapping[str, str]) -> None:
    """Create or alter the login user; MySQL's tables have no owner, so it needs privileges only."""
    user, password = f"'{name_of(credentials['username'])}'@'%'", credentials["password"]
    # In GRANT, `_` in the name of a database would match any character.
    database = name_of(credentials["dbname"]).replace("_", r"\_")
    connection.run(f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY '{password}'")
    connection.run(f"ALTER USER {user} IDENTIFIED BY '{password}'")
    connection.run(f"GRANT {PRIVILEGES} ON `{database}`.* TO {user}")


def set_own_password(connection: Any, credentials: Mapping[str, str]) -> None:
    """Set the password of the user in *credentials*, which is connected."""
    user, password = f"'{name_of(credentials['username'])}'@'%'", credentials["password"]
    connection.run(f"ALTER USER {user} IDENTIFIED BY '{password}'")
