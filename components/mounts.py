"""Mounts of file systems in containers and functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulumi


@dataclass(frozen=True, kw_only=True)
class Mount:
    """An access point of an EFS file system, mounted at a path."""

    name: str
    """Name of the volume."""

    path: str
    """Path at which programs find the files."""

    file_system_id: pulumi.Input[str]
    """ID of the file system."""

    access_point_id: pulumi.Input[str]
    """ID of the access point."""

    access_point_arn: pulumi.Input[str]
    """ARN of the access point."""
