"""Users of PostgreSQL: a role that owns everything, and two login users that are members of it."""

from __future__ import annotations

import importlib
import re
import ssl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS = 10
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def connect(credentials: Mapping[str, Any], *, require_tls: bool) -> Any:
    """Connect, with TLS if the server supports it."""
    native: Any = importlib.import_module("pg8000.native")  # installed in the archive only

    address: dict[str, Any] = {
        "user": credentials["username"],
        "password": credentials["password"],
        "host": credentials["host"],
        "port": int(credentials["port"]),
        "database": credentials["dbname"],
        "timeout": CONNECT_SECONDS,
    }
    # The certificate authority of RDS is not in the trust store; security groups limit the peers.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        return native.Connection(**address, ssl_context=context)
    except native.InterfaceError as error:
        if require_tls or "SSL" not in str(error):
            raise
        return native.Connection(**address)


def identifier(name: str) -> str:
    """Return *name* as a quoted SQL identifier; raises ValueError for other characters."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid name of a user or database: use a-z, 0-9 and _")
    return f'"{name}"'


def ensure_user(connection: Any, credentials: Mapping[str, str]) -> None:
    """Create or alter the login user, which acts as the owner role and creates objects for it."""
    owner, user = credentials["owner"], credentials["username"]
    owns, logs_in = identifier(owner), identifier(user)
    database, password = identifier(credentials["dbname"]), credentials["password"]
    for name, options in ((owner, "NOLOGIN"), (user, "LOGIN")):
        if not connection.run("SELECT 1 FROM pg_roles WHERE rolname = :name", name=name):
            connection.run(f"CREATE ROLE {identifier(name)} {options}")
    connection.run(f"ALTER ROLE {logs_in} LOGIN PASSWORD '{password}'")
    connection.run(f"GRANT {owns} TO {logs_in}")
    # The owner role owns all tables, whichever of the two users created them.
    connection.run(f"ALTER ROLE {logs_in} IN DATABASE {database} SET role = {owns}")
    connection.run(f"GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {owns}")
    connection.run(f"GRANT USAGE, CREATE ON SCHEMA public TO {owns}")


def set_own_password(connection: Any, credentials: Mapping[str, str]) -> None:
    """Set the password of the user in *credentials*, which is connected."""
    user, password = identifier(credentials["username"]), credentials["password"]
    connection.run(f"ALTER ROLE {user} PASSWORD '{password}'")
