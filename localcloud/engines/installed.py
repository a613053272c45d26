"""Engines that `bulkhead engines add` installs: what the lock file pins, and where it is."""

from __future__ import annotations

import functools
import json
import platform
from dataclasses import dataclass
from pathlib import Path

from localcloud.engine import cache

LOCK = Path(__file__).with_name("engines.lock.json")


@dataclass(frozen=True)
class Locked:
    """An artifact in a Maven repository that holds an engine's program."""

    version: str
    maven: str
    """Coordinates: group, artifact and version."""
    sha256: str
    size: int
    """Bytes of the download."""
    platform: str
    root: str
    """Folder in the archive."""
    files: tuple[str, ...]
    """Patterns of the files to install, relative to *root*."""
    program: str
    """The server's program, relative to *root*."""


@functools.cache
def locked() -> dict[str, Locked]:
    """Return the entries of the lock file by engine."""
    found = json.loads(LOCK.read_text())
    return {
        name: Locked(**{**entry, "files": tuple(entry["files"])}) for name, entry in found.items()
    }


def folder() -> Path:
    """Return the folder of installed engines in the user's cache."""
    return cache.base() / "engines"


def key(name: str) -> str:
    """Return the name of the folder of an installed engine."""
    return f"{name}-{locked()[name].version}-{locked()[name].sha256[:12]}"


def program(name: str) -> Path | None:
    """Return the server's program of an installed engine; None if it is not installed."""
    found = folder() / key(name) / locked()[name].program
    return found if found.is_file() else None


def this_platform() -> str:
    """Return operating system and processor of this machine, as the lock file writes them."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{'x86_64' if machine == 'amd64' else machine}"
