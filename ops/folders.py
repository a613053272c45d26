"""Source folders of services and of the platform's functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.layout import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SERVICES = ROOT / "services"
KIT = SERVICES / "kit"
PLATFORM_FUNCTIONS = {"credentials-rotation": ROOT / "components" / "data" / "rotation"}


def source_folder(name: str) -> Path:
    """Return the folder with the code of a service or of one of the platform's functions."""
    return PLATFORM_FUNCTIONS.get(name, SERVICES / name)
