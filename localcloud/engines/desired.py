"""Desired states of the servers: a folder with a `desired.json` for each.

PostgreSQL's are in `data/databases/<identifier>`, others in `data/servers/<engine>/<identifier>`.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from localcloud.engines.engine import Server

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout

DESIRED = "desired.json"
DELETED = ".deleted-"  # an identifier begins with a letter
POSTGRESQL = "postgresql"


def folder(layout: Layout, engine: str) -> Path:
    """Return the folder of the servers of *engine*."""
    return layout.databases if engine == POSTGRESQL else layout.servers / engine


def read(home: Path) -> Server | None:
    """Return the desired state of the server in *home*; None if there is none."""
    try:
        found: dict[str, Any] = json.loads((home / DESIRED).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    # Without engine and settings: a state that only PostgreSQL clusters had.
    earlier = {name: found[name] for name in ("master_username",) if name in found}
    return Server(
        found.get("engine", POSTGRESQL),
        found["identifier"],
        found["port"],
        home,
        found.get("settings", earlier),
        found.get("service", ""),
    )


def write(layout: Layout, server: Server) -> None:
    """Replace the desired state of *server* atomically."""
    server.home.mkdir(parents=True, exist_ok=True)
    temporary = server.home / f"{DESIRED}.tmp"
    temporary.touch(mode=0o600)
    content = {
        "engine": server.engine,
        "identifier": server.identifier,
        "port": server.port,
        "settings": dict(server.settings),
        "service": server.service,
    }
    temporary.write_text(json.dumps(content) + "\n")
    temporary.replace(server.home / DESIRED)
    _announce(layout)


def delete(layout: Layout, home: Path) -> Path:
    """Rename the folder *home*, so that its identifier is free at once; return the new path."""
    removed = home.rename(home.with_name(f"{DELETED}{home.name}-{secrets.token_hex(4)}"))
    _announce(layout)
    return removed


def servers(layout: Layout) -> list[Server]:
    """Return the desired states of all servers, ordered by folder."""
    homes = [home for home in _homes(layout) if not home.name.startswith(DELETED)]
    return [server for home in homes if (server := read(home)) is not None]


def deleted(layout: Layout) -> list[Path]:
    """Return the folders of deleted servers, to be removed after the servers have stopped."""
    return [home for home in _homes(layout) if home.name.startswith(DELETED)]


def version(layout: Layout) -> int:
    """Return a number that each change of a desired state increases."""
    try:
        return _changes(layout).stat().st_size
    except FileNotFoundError:
        return 0


def _announce(layout: Layout) -> None:
    """Append a byte: whoever follows the states then reads one file size, whatever their number."""
    layout.run.mkdir(parents=True, exist_ok=True)
    with _changes(layout).open("ab") as changes:
        changes.write(b".")


def _changes(layout: Layout) -> Path:
    return layout.run / "servers.changes"


def _homes(layout: Layout) -> list[Path]:
    folders = [layout.databases, *_entries(layout.servers)]
    return [home for folder in folders for home in _entries(folder)]


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
