"""Where the local environment keeps its files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

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
"""Everything that a local environment keeps in its home."""


@dataclass(frozen=True)
class Layout:
    """Every path of one local environment; all of them are below *home*."""

    home: Path

    @classmethod
    def current(cls) -> Layout:
        """Return the layout of this process: `BULKHEAD_HOME`, or `.bulkhead` in the checkout."""
        return cls(Path(os.environ.get("BULKHEAD_HOME") or ROOT / ".bulkhead").resolve())

    def keep_private(self) -> None:
        """Close *home*, and what this process and its children make, to this machine's others."""
        os.umask(0o077)
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)

    @property
    def run(self) -> Path:
        """What only means something while processes run: process ids, sockets, live addresses."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.home / "logs"

    @property
    def data(self) -> Path:
        """What survives `down`: the emulated cloud's state and the databases."""
        return self.home / "data"

    @property
    def databases(self) -> Path:
        """One folder for each database cluster."""
        return self.data / "databases"

    @property
    def pulumi(self) -> Path:
        """The Pulumi backend and home of the stack `local`."""
        return self.home / "pulumi"

    @property
    def artifacts(self) -> Path:
        """What `bulkhead build` made: function archives and service images."""
        return self.home / "artifacts"

    @property
    def ports(self) -> Path:
        """The ports that were chosen once and are remembered."""
        return self.home / "ports.json"
