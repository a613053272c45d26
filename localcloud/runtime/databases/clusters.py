"""The database clusters of the local cloud: created here, run by the supervisor.

`create` initializes the data directory and writes `desired.json` beside it; `delete` renames the
folder, so that the identifier is available immediately. The supervisor, the parent process of the
servers, reconciles: it starts and restarts servers and removes deleted folders.
"""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from localcloud import ports, stopped
from localcloud.runtime.databases import server

if TYPE_CHECKING:
    from localcloud.layout import Layout

SUPERUSER = "bulkhead_admin"  # of the platform; as in RDS, the master user is not a superuser
DESIRED = "desired.json"
DELETED = ".deleted-"  # an identifier begins with a letter
START_SECONDS = 30.0
PROBE_SECONDS = 0.05


class DatabaseError(RuntimeError):
    """Raised when a database cluster cannot be created, reached or changed."""


@dataclass(frozen=True)
class Endpoint:
    """Host and port of a cluster."""

    host: str
    port: int


@dataclass(frozen=True)
class Desired:
    """Desired state of a cluster: the content of its `desired.json`."""

    identifier: str
    port: int
    master_username: str


class Databases:
    """The database clusters of a local environment."""

    def __init__(self, layout: Layout, *, start_here: bool = False) -> None:
        """Manage the clusters of *layout*; with *start_here* this process runs their servers."""
        self._layout = layout
        self._start_here = start_here
        self._own: dict[str, subprocess.Popen[bytes]] = {}

    def create(
        self, identifier: str, *, master_username: str, master_password: str, database_name: str
    ) -> Endpoint:
        """Create the cluster *identifier* and wait until it accepts connections; idempotent.

        Raises DatabaseError.
        """
        home = self._home(identifier)
        port = ports.claim(self._layout, f"database-{identifier}")
        if not (home / "data").exists():
            self._initialise(home)
        write_desired(home, Desired(identifier, port, master_username))
        if self._start_here and identifier not in self._own:
            command = server.serve_command(home / "data", port)
            self._own[identifier] = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        with self._connect(identifier, port) as connection:
            _ensure_master(connection, master_username, master_password)
            _ensure_database(connection, database_name or "postgres", master_username)
        return Endpoint(ports.HOST, port)

    def set_master_password(self, identifier: str, password: str) -> None:
        """Set the password of the master user of *identifier*."""
        desired = self._desired(identifier)
        with self._connect(identifier, desired.port) as connection:
            _ensure_master(connection, desired.master_username, password)

    def delete(self, identifier: str) -> None:
        """Delete the cluster *identifier* and its data, if it exists."""
        home = self._home(identifier)
        if not home.exists():
            return
        if process := self._own.pop(identifier, None):
            _stop(process)
        removed = home.rename(home.with_name(f"{DELETED}{identifier}-{secrets.token_hex(4)}"))
        if self._start_here:
            shutil.rmtree(removed)
        ports.release(self._layout, f"database-{identifier}")

    def endpoint(self, identifier: str) -> Endpoint:
        """Return host and port of *identifier*."""
        return Endpoint(ports.HOST, self._desired(identifier).port)

    def list(self) -> list[str]:
        """Return the identifiers of all clusters."""
        return [one.identifier for one in all_desired(self._layout)]

    def stop(self) -> None:
        """Stop the servers that this process has started."""
        for process in self._own.values():
            _stop(process)
        self._own.clear()

    def _desired(self, identifier: str) -> Desired:
        desired = read_desired(self._home(identifier))
        if desired is None:
            raise DatabaseError(f"database cluster '{identifier}' does not exist")
        return desired

    def _home(self, identifier: str) -> Path:
        return self._layout.databases / identifier

    def _initialise(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        password = secrets.token_urlsafe(24)
        key = home / "admin.password"
        key.touch(mode=0o600)
        key.write_text(password)
        with tempfile.TemporaryDirectory(dir=home) as unfinished:
            fresh = Path(unfinished) / "data"
            Path(unfinished).chmod(0o777)  # the server's user creates the folder
            try:
                server.initialise(fresh, SUPERUSER, key)
            except subprocess.CalledProcessError as error:
                raise DatabaseError(f"initdb failed in {home}: {error.stderr.strip()}") from error
            fresh.rename(home / "data")

    def _connect(self, identifier: str, port: int) -> psycopg.Connection:
        password = (self._home(identifier) / "admin.password").read_text()
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(
                    host=ports.HOST,
                    port=port,
                    user=SUPERUSER,
                    password=password,
                    dbname="postgres",
                    autocommit=True,
                    connect_timeout=5,
                )
            except psycopg.OperationalError as error:
                if identifier in stopped.read(self._layout).databases:
                    raise DatabaseError(
                        f"database cluster '{identifier}' does not run: its service is stopped on"
                        " this machine. Start it with: bulkhead up"
                    ) from error
                if time.monotonic() > deadline:
                    log = self._layout.logs / f"database-{identifier}.log"
                    raise DatabaseError(
                        f"database cluster '{identifier}' does not answer on port {port} after"
                        f" {START_SECONDS:.0f} s: {error}; its log is {log}"
                    ) from error
                time.sleep(PROBE_SECONDS)


def read_desired(home: Path) -> Desired | None:
    """Return the desired state of the cluster in *home*; None if there is none."""
    try:
        found = json.loads((home / DESIRED).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Desired(found["identifier"], found["port"], found["master_username"])


def write_desired(home: Path, desired: Desired) -> None:
    """Replace the desired state of the cluster in *home* atomically."""
    temporary = home / f"{DESIRED}.tmp"
    temporary.write_text(json.dumps(asdict(desired)) + "\n")
    temporary.replace(home / DESIRED)


def all_desired(layout: Layout) -> list[Desired]:
    """Return the desired states of all clusters, ordered by identifier."""
    homes = [home for home in _homes(layout) if not home.name.startswith(DELETED)]
    return [desired for home in homes if (desired := read_desired(home)) is not None]


def deleted(layout: Layout) -> list[Path]:
    """Return the folders of deleted clusters, to be removed after their servers have stopped."""
    return [home for home in _homes(layout) if home.name.startswith(DELETED)]


def _homes(layout: Layout) -> list[Path]:
    return sorted(layout.databases.iterdir()) if layout.databases.exists() else []


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: does not wait for clients
    process.wait()


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
