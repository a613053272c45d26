"""PostgreSQL database clusters with their master users."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from localcloud import stopped
from localcloud.engines.engine import ServerError
from localcloud.engines.postgresql import ENGINE, connect
from localcloud.engines.servers import PROBE_SECONDS, START_SECONDS, Servers, is_stopped, log_of

if TYPE_CHECKING:
    from localcloud.engines.servers import Endpoint
    from localcloud.engines.statistics import Statistics
    from localcloud.layout import Layout


class Databases:
    """The database clusters of a local environment."""

    def __init__(self, layout: Layout, *, start_here: bool = False) -> None:
        """Manage the clusters of *layout*; with *start_here* this process runs their servers."""
        self._layout = layout
        self._servers = Servers(layout, start_here=start_here)

    def create(
        self,
        identifier: str,
        *,
        master_username: str,
        master_password: str,
        database_name: str,
        service: str = "",
    ) -> Endpoint:
        """Create the cluster *identifier* and wait until it accepts connections; idempotent.

        Raises ServerError.
        """
        settings = {"master_username": master_username}
        endpoint = self._servers.create(ENGINE.name, identifier, settings, service=service)
        with self._connect(identifier) as connection:
            _ensure_master(connection, master_username, master_password)
            _ensure_database(connection, database_name or "postgres", master_username)
        return endpoint

    def set_master_password(self, identifier: str, password: str) -> None:
        """Set the password of the master user of *identifier*."""
        server = self._servers.get(ENGINE.name, identifier)
        with self._connect(identifier) as connection:
            _ensure_master(connection, server.settings["master_username"], password)

    def delete(self, identifier: str) -> None:
        """Delete the cluster *identifier* and its data, if it exists."""
        self._servers.delete(ENGINE.name, identifier)

    def endpoint(self, identifier: str) -> Endpoint:
        """Return host and port of *identifier*."""
        return self._servers.endpoint(ENGINE.name, identifier)

    def list(self) -> list[str]:
        """Return the identifiers of all clusters."""
        return self._servers.list(ENGINE.name)

    def statistics(self, identifier: str) -> Statistics:
        """Return what *identifier* reports about itself. Raises ServerError."""
        return self._servers.statistics(ENGINE.name, identifier)

    def stop(self) -> None:
        """Stop the servers that this process has started."""
        self._servers.stop()

    def _connect(self, identifier: str) -> psycopg.Connection:
        server = self._servers.get(ENGINE.name, identifier)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return connect(server)
            except psycopg.OperationalError as error:
                if is_stopped(stopped.read(self._layout), server):
                    raise ServerError(
                        f"database cluster '{identifier}' does not run: its service is stopped on"
                        " this machine. Start it with: bulkhead up"
                    ) from error
                if time.monotonic() > deadline:
                    raise ServerError(
                        f"database cluster '{identifier}' does not answer on port {server.port}"
                        f" after {START_SECONDS:.0f} s: {error}; its log is"
                        f" {log_of(self._layout, server)}"
                    ) from error
                time.sleep(PROBE_SECONDS)


def _ensure_master(connection: psycopg.Connection, name: str, password: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    statement = "ALTER ROLE {} " if found else "CREATE ROLE {} "
    options = "LOGIN CREATEROLE CREATEDB PASSWORD {}"
    connection.execute(
        sql.SQL(statement + options).format(sql.Identifier(name), sql.Literal(password))
    )


def _ensure_database(connection: psycopg.Connection, name: str, owner: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    statement = "ALTER DATABASE {} OWNER TO {}" if found else "CREATE DATABASE {} OWNER {}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(owner)))
