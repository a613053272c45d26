"""Saved files, sorted by what they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from builders.source import LEFT_OUT
from ops.folders import KIT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SERVICE_FILE = "service.yaml"


@dataclass
class Changes:
    """Changed files by service."""

    files: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """Paths in the service's folder, by service."""
    kit: bool = False
    """Whether the kit has changed."""
    saved_at: float = 0.0
    """When the last of them was saved, on the system's clock; 0 if all were deleted."""

    @property
    def service_files(self) -> set[str]:
        """The services whose service file may have changed."""
        return {name for name, paths in self.files.items() if SERVICE_FILE in paths}


def sort(paths: Iterable[Path], services: Path) -> Changes:
    """Return what *paths*, absolute ones, change in the folder *services* and in the kit."""
    found = Changes()
    for path in paths:
        base = KIT.parent if path.is_relative_to(KIT) else services
        if not path.is_relative_to(base):
            continue
        name, *below = path.relative_to(base).parts
        hidden = any(part.startswith(".") or part in LEFT_OUT for part in below)
        if hidden or not below or path.is_dir():
            continue
        if path.is_relative_to(KIT):
            found.kit = True
        else:
            found.files.setdefault(name, set()).add("/".join(below))
        if path.is_file():
            found.saved_at = max(found.saved_at, path.stat().st_mtime)
    return found
