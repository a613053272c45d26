"""The settings of a provider server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """Address, mode and endpoint of a provider server."""

    layout: Layout

    port: int
    """The port on 127.0.0.1; 0 takes a free one."""

    mode: Literal["live", "plan"]
    """`live` changes the emulated AWS, for the stack `local` only; `plan` answers previews of any
    stack and rejects everything else."""

    endpoint: str
    """The URL of the emulated AWS."""

    project_directory: Path
    """The folder that relative paths of assets and archives start from."""
