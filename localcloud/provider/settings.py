"""The settings of a provider server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from localcloud.engine import programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.engine.programs import Program
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

    is_shared: Callable[[str, str], bool] = lambda _urn, _id: False
    """Whether the state has the object of a URN and id twice: once to delete, once to keep."""

    def program(self, engine_address: str) -> Program | None:
        """Return the program that an engine runs, None if unknown."""
        return programs.of_engine(self.layout, engine_address)

    def directory(self, program: Program | None) -> Path | None:
        """Return the folder that relative paths of *program* start from, None if unknown."""
        return self.project_directory or (Path(program.folder) if program else None)
