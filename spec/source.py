"""The files that a catalogue was read from, for messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec import document
from spec.faults import Fault
from spec.reading import FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spec.service import ServiceSpec


@dataclass(frozen=True)
class Source:
    """The folder of the descriptions."""

    directory: Path
    """Folder of the services."""

    shared_roles: frozenset[str]
    """Roles in roles.yaml."""

    def fault(self, spec: ServiceSpec, where: Sequence[str | int], found: str, write: str) -> Fault:
        """Return a fault of the field *where* of *spec*."""
        file = self.directory / spec.name / FILE
        read = document.read(file)
        written = read.written(where)
        return Fault(file, read.line(written), document.path_text(written), found, write)
