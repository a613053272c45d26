"""Mounts of EFS file systems: a process uses the folder of the file system in place of a mount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from localcloud.layout import Layout


@dataclass(frozen=True)
class Mount:
    """A file system at a path of a container or function."""

    path: str
    """Where the program finds the files on AWS."""
    source: str
    """ID of the access point, or of the file system."""
    root: str = "/"
    """Directory in the source that is mounted."""

    def folder(self, layout: Layout) -> Path:
        """Return the folder on this machine; raises OSError if there is none."""
        parts = [part for part in self.root.split("/") if part not in {"", ".", ".."}]
        found = layout.files.joinpath(self.source, *parts)
        if not found.is_dir():
            what = f"{self.path} cannot be mounted: {self.source} has no directory {self.root}"
            raise FileNotFoundError(what)
        return found.resolve()


def access_point(arn: str) -> str:
    """Return the ID in the ARN of an access point."""
    return arn.rpartition("/")[2]


def with_folders(
    variables: Mapping[str, str], mounts: Iterable[Mount], layout: Layout
) -> dict[str, str]:
    """Return *variables* with the folder in place of a mount's path, alone or before `/`."""
    found = dict(variables)
    for mount in mounts:
        folder = mount.folder(layout)
        for name, value in found.items():
            if value == mount.path or value.startswith(f"{mount.path}/"):
                found[name] = f"{folder}{value.removeprefix(mount.path)}"
    return found
