"""The settings of a provider server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from localcloud.engine import programs

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """Address and mode of a provider server."""

    layout: Layout

    port: int
    """The port on 127.0.0.1; 0 takes a free one."""

    mode: Literal["live", "plan"]
    """`live` changes the emulated AWS, for the stack `local` only; `plan` answers previews of any
    stack and rejects everything else."""

    project_directory: Path | None = None
    """The folder that relative paths of assets and archives start from; None takes that of the
    program which the language host runs for the same engine."""

    def directory(self, engine_address: str) -> Path | None:
        """Return the folder that relative paths start from for an engine, None if unknown."""
        return self.project_directory or programs.folder_of(self.layout, engine_address)
