"""Memcached, found on PATH.

Settings: `max_memory_mb`, 64 by default. Nodes of a cluster are servers of their own.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.engines.commands import as_unprivileged
from localcloud.engines.engine import Engine, ServerError
from localcloud.engines.statistics import Statistics
from localcloud.ports import HOST

if TYPE_CHECKING:
    from localcloud.engines.engine import Server

TIMEOUT_SECONDS = 2.0


def find() -> Path | None:
    """Return the program on PATH."""
    found = shutil.which("memcached")
    return Path(found) if found else None


def version(program: Path) -> str:
    """Return the version of *program*."""
    found = subprocess.run([program, "-V"], capture_output=True, text=True, check=True)
    return found.stdout.split()[-1]


def prepare(_program: Path, server: Server) -> None:
    """Create the folder; memcached writes no file."""
    server.home.mkdir(parents=True, exist_ok=True)


def command(program: Path, server: Server) -> list[str]:
    """Return the command of *server*, without UDP."""
    memory = str(server.settings.get("max_memory_mb", 64))
    return as_unprivileged(
        [str(program), "-l", HOST, "-p", str(server.port), "-U", "0", "-m", memory]
    )


def statistics(server: Server) -> Statistics:
    """Return what `stats` says; processor time is that of the process."""
    with socket.create_connection((HOST, server.port), TIMEOUT_SECONDS) as connection:
        connection.sendall(b"stats\r\nquit\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    lines = (line.split(" ", 2) for line in answer.decode().splitlines())
    found = {line[1]: line[2] for line in lines if line[0] == "STAT"}
    try:
        return Statistics(
            connections=int(found["curr_connections"]) - 1,
            processor_seconds=float(found["rusage_user"]) + float(found["rusage_system"]),
            hits=int(found["get_hits"]),
            misses=int(found["get_misses"]),
            evictions=int(found["evictions"]),
            used_bytes=int(found["bytes"]),
            max_bytes=int(found["limit_maxbytes"]),
        )
    except (KeyError, ValueError) as error:
        raise ServerError(
            f"the Memcached server '{server.identifier}': stats: {error!r}"
        ) from error


ENGINE = Engine(
    name="memcached",
    license="BSD-3-Clause",
    serves="memcached",
    how_to_get="install memcached with the system's package manager (apt install memcached, "
    "brew install memcached)",
    find=find,
    version=version,
    prepare=prepare,
    command=command,
    statistics=statistics,
)
