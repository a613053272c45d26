"""A function under another name."""

from __future__ import annotations

from typing import Literal

from spec.model import Artifact, ComputeSpec, Entrance


class JobCompute(ComputeSpec):
    """A function under another name."""

    KIND = "job"
    ENTRANCE = Entrance.HTTP_API
    ARTIFACT = Artifact.ARCHIVE

    kind: Literal["job"]
    """A function."""

    memory_mib: int = 128
    """Its memory."""
