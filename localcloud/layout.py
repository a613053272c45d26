"""Paths of the local environment's files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The root of the checkout."""

VARIABLE = "BULKHEAD_HOME"
"""The folder of the local environment; default: `.bulkhead` in the checkout."""

PSEUDO_FOLDERS = ("/proc", "/sys")
"""Nobody can create files there, whatever the permissions say."""

NAMES = frozenset(
    {
        "artifacts",
        "bin",
        "command.lock",
        "data",
        "function-runtime",
        "function-runtime.lock",
        "function-runtime.new",
        "logs",
        "ports.json",
        "ports.lock",
        "ports.tmp",
        "pulumi",
        "run",
    }
)
"""Every file and folder of a local environment's home."""


class LayoutError(ValueError):
    """Raised when the folder of the local environment cannot be used."""


@dataclass(frozen=True)
class Layout:
    """Every path of one local environment; all of them are below *home*."""

    home: Path

    @classmethod
    def current(cls) -> Layout:
        """Return the layout of this process: `BULKHEAD_HOME`, or `.bulkhead` in the checkout.

        Raises LayoutError where the folder is unusable.
        """
        chosen = Path(os.environ.get(VARIABLE) or ROOT / ".bulkhead")
        try:
            home = chosen.resolve()
        except (OSError, RuntimeError) as error:  # a loop of links
            raise LayoutError(f"{chosen} cannot be resolved: {error}") from error
        if problem := _problem(home):
            raise LayoutError(
                f"The local environment cannot be in {home}: {problem}.\n"
                "Set BULKHEAD_HOME to a folder that you may write, or unset it."
            )
        return cls(home)

    def keep_private(self) -> None:
        """Make *home*, and files that this process creates, readable by the owner only."""
        os.umask(0o077)
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)

    @property
    def run(self) -> Path:
        """State of running processes: process ids, sockets, addresses."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        """Logs, a file for each process."""
        return self.home / "logs"

    @property
    def data(self) -> Path:
        """Data that survives `down`: the emulated cloud's state and the databases."""
        return self.home / "data"

    @property
    def files(self) -> Path:
        """One folder for each EFS file system, and a link for each of its access points."""
        return self.data / "files"

    @property
    def databases(self) -> Path:
        """One folder for each database cluster."""
        return self.data / "databases"

    @property
    def servers(self) -> Path:
        """One folder for each engine other than PostgreSQL, in it one for each server."""
        return self.data / "servers"

    @property
    def pulumi(self) -> Path:
        """The Pulumi backend and home of the stack `local`."""
        return self.home / "pulumi"

    @property
    def artifacts(self) -> Path:
        """Build results: function archives and service images."""
        return self.home / "artifacts"

    @property
    def ports(self) -> Path:
        """The assigned ports, by name."""
        return self.home / "ports.json"


def _problem(home: Path) -> str:
    """Return why *home* cannot be a folder of this user's; '' if it can."""
    existing = home
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        return f"{existing} is not a folder"
    if not os.access(existing, os.W_OK | os.X_OK) or str(existing).startswith(PSEUDO_FOLDERS):
        return f"{existing} is not writable"
    return ""
