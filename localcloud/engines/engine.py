"""An engine: the program that serves a kind of store on this machine."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud import ports

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from localcloud.engines.statistics import Statistics


class ServerError(RuntimeError):
    """Raised when a server cannot be created, reached or changed."""


@dataclass(frozen=True)
class Server:
    """Desired state of a server: the content of the `desired.json` in its folder."""

    engine: str
    identifier: str
    port: int
    home: Path
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Settings that its engine's module documents."""
    service: str = ""
    """The service that owns it: the value of the tag `service`; '' if none does."""

    @property
    def data(self) -> Path:
        """The data directory of the server."""
        return self.home / "data"


def is_listening(server: Server) -> bool:
    """Return whether *server* accepts connections."""
    return ports.is_listening(server.port)


def _nothing(_server: Server) -> None:
    """Change nothing: the engine reads its settings at start."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """How servers of an engine are found, started, probed and stopped."""

    name: str
    license: str
    serves: str
    """The store kinds that need it."""
    how_to_get: str
    """What to do where it is missing, as an instruction."""
    find: Callable[[], Path | None]
    """Returns the server's program; None where it is not installed."""
    version: Callable[[Path], str]
    """Returns the version of a program."""
    prepare: Callable[[Path, Server], None]
    """Writes what a server needs before it starts; idempotent. Raises ServerError."""
    command: Callable[[Path, Server], list[str]]
    """Returns the command of a server in the foreground that ends with its parent process."""
    ready: Callable[[Server], bool] = is_listening
    """Returns whether a server answers requests."""
    apply: Callable[[Server], None] = _nothing
    """Applies changed settings to a running server."""
    statistics: Callable[[Server], Statistics] | None = None
    """Returns what a running server reports; raises ServerError or OSError. None if it does not."""
    stop_signal: signal.Signals = signal.SIGTERM
    process: str = ""
    """Start of the names of its processes, ports and logs; its own name by default."""

    def process_name(self, identifier: str) -> str:
        """Return the name of the process, port and log of the server *identifier*."""
        return f"{self.process or self.name}-{identifier}"
