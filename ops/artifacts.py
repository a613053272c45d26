"""Builds the services for an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import build as services_build
from ops.errors import CommandError
from spec.faults import SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.engine.progress import Progress
    from localcloud.layout import Layout


def build(layout: Layout, environment: str, show: Progress) -> Path:
    """Build what changed, and return the file that lists every artifact of *environment*."""
    try:
        return services_build.build(environment, layout.artifacts, progress=show)
    except (SpecError, services_build.PackageError, services_build.ImageError) as error:
        raise CommandError(str(error)) from error
