"""RDS Proxy: a port of its own that leads to a database.

Settings:

`target_port`      port of the database's server; without one, connections wait
`borrow_seconds`   how long a connection waits for the database
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.engines import forward
from localcloud.engines.commands import as_unprivileged
from localcloud.engines.desired import DESIRED
from localcloud.engines.engine import Engine

if TYPE_CHECKING:
    from localcloud.engines.engine import Server


def _command(program: Path, server: Server) -> list[str]:
    script = [str(program), "-I", "-S", str(Path(forward.__file__).resolve())]
    return as_unprivileged([*script, str(server.port), str(server.home / DESIRED)])


def _prepare(_program: Path, server: Server) -> None:
    server.home.mkdir(parents=True, exist_ok=True)


ENGINE = Engine(
    name="rds-proxy",
    license="part of bulkhead",
    serves="proxies of databases",
    how_to_get="part of bulkhead",
    find=lambda: Path(sys.executable),
    version=lambda _program: platform.python_version(),
    prepare=_prepare,
    command=_command,
)
