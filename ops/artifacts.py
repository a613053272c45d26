"""Builds the services for an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.engine.progress import Progress
    from localcloud.layout import Layout


def build(layout: Layout, environment: str, show: Progress) -> Path:
    """Build what changed, and return the file that names every artifact of *environment*."""
    from services import build as services_build  # noqa: PLC0415 - most commands build nothing

    return services_build.build(environment, layout.artifacts, progress=show)
