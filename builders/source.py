"""The files of an artifact and their digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builders.toolchains import PYTHON

if TYPE_CHECKING:
    from pathlib import Path

    from builders.target import Target
    from builders.toolchains import Toolchain

FORMAT = "3"  # increase it when the same files give a different artifact
LEFT_OUT = frozenset({"__pycache__", "tests", "node_modules", "events.lock"})
NOT_OF_LIBRARIES = frozenset({"testing"})
REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True)
class Source:
    """The folder of a service or function, and the libraries that are copied into its artifact."""

    name: str
    folder: Path
    libraries: tuple[Path, ...] = ()
    others: tuple[tuple[str, Path], ...] = ()
    """Files of other folders, by their path in the artifact: schemas of the events it consumes."""
    toolchain: Toolchain = PYTHON
    """What builds it."""

    def files(self) -> dict[str, Path]:
        """Return the files of the artifact by their path in it, sorted."""
        found = {path.as_posix(): self.folder / path for path in _below(self.folder)}
        for library in self.libraries:
            for path in _below(library):
                if path.parts[0] in NOT_OF_LIBRARIES:
                    continue
                found[f"{library.name}/{path.as_posix()}"] = library / path
        return dict(sorted((found | dict(self.others)).items()))

    @property
    def requirements(self) -> Path | None:
        """The locked requirements file; None if it is missing or empty."""
        file = self.folder / REQUIREMENTS
        if not file.exists():
            return None
        lines = (line.split("#")[0].strip() for line in file.read_text().splitlines())
        return file if any(lines) else None

    def digest(self, target: Target) -> str:
        """Return the hexadecimal SHA-256 of all inputs of the artifact."""
        total = hashlib.sha256(f"{FORMAT}\0{self.name}\0{target.identity}\0".encode())
        for path, file in self.files().items():
            content = file.read_bytes()
            total.update(f"{path}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()


def _below(folder: Path) -> list[Path]:
    """Return the files below *folder* that an artifact needs."""
    found: list[Path] = []
    for file in folder.rglob("*"):
        path = file.relative_to(folder)
        hidden = any(part.startswith(".") or part in LEFT_OUT for part in path.parts)
        if not hidden and file.suffix != ".pyc" and file.is_file():
            found.append(path)
    return sorted(found)
