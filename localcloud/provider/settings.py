"""How one provider server runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """What the provider serves and for whom."""

    layout: Layout

    port: int
    """The port on 127.0.0.1; 0 takes a free one."""

    mode: Literal["live", "plan"]
    """`live` works on the emulated AWS, for the stack `local` only; `plan` answers previews of any
    stack and refuses everything else."""

    endpoint: str
    """Where the emulated AWS is."""

    project_directory: Path
    """What relative paths of assets and archives are relative to."""
