"""The programs in other folders that use this local cloud: each has a state of its own.

The state service serves the state of each under a path of its own, so two programs may have the
same project name.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.backend import credentials
from localcloud.backend.store import Store

if TYPE_CHECKING:
    from localcloud.layout import Layout

PREFIX = "/programs/"
"""Of the path of a program's state."""
_FOLDER = "folder"
"""The file that names the program's folder."""


@dataclass(frozen=True)
class ForeignProgram:
    """A Pulumi program in another folder."""

    folder: Path
    home: Path
    """Where its state and its commands are."""

    @property
    def state(self) -> Path:
        """The file of its state."""
        return self.home / "state.sqlite"

    def url(self, layout: Layout) -> str:
        """Return the address of its state."""
        return f"{credentials.url(layout)}{PREFIX}{self.home.name}"


def of(layout: Layout, folder: Path) -> ForeignProgram:
    """Return the program in *folder*, known or not."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    name = re.sub(r"[^A-Za-z0-9_-]", "-", folder.name) or "program"
    return ForeignProgram(folder, _folder(layout) / f"{name}-{digest}")


def register(layout: Layout, program: ForeignProgram) -> None:
    """Let the state service serve the state of *program*."""
    program.home.mkdir(parents=True, exist_ok=True)
    (program.home / _FOLDER).write_text(str(program.folder))
    Store(program.state).close()
    log_in(layout)


def log_in(layout: Layout) -> None:
    """Write the credentials of the CLI for every state of *layout*."""
    credentials.log_in(layout, [one.url(layout) for one in known(layout)])


def known(layout: Layout) -> list[ForeignProgram]:
    """Return the programs that have a state, by folder."""
    found = [
        ForeignProgram(Path(file.read_text()), file.parent)
        for file in _folder(layout).glob(f"*/{_FOLDER}")
    ]
    return sorted(found, key=lambda one: one.folder)


def _folder(layout: Layout) -> Path:
    return layout.pulumi / "programs"
