"""The folders behind file systems, which tasks and functions use in place of mounts.

A link with the ID of each access point leads to its root directory.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from moto.efs.models import EFSBackend

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.aws.endpoints import ControlEndpoints

_create_system, _delete_system = EFSBackend.create_file_system, EFSBackend.delete_file_system
_create_point, _delete_point = EFSBackend.create_access_point, EFSBackend.delete_access_point


def install(endpoints: ControlEndpoints) -> None:
    """Make and remove the folders with the file systems and access points."""
    files = endpoints.layout.files

    def create_system(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = _create_system(self, *args, **kwargs)
        (files / made.file_system_id).mkdir(parents=True, exist_ok=True)
        return made

    def delete_system(self: Any, file_system_id: str) -> None:
        _delete_system(self, file_system_id)
        shutil.rmtree(files / file_system_id, ignore_errors=True)

    def create_point(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = _create_point(self, *args, **kwargs)
        root = below(files / made.file_system_id, made.root_directory.get("Path") or "/")
        root.mkdir(parents=True, exist_ok=True)
        (files / made.access_point_id).symlink_to(root)
        return made

    def delete_point(self: Any, access_point_id: str) -> None:
        _delete_point(self, access_point_id)
        (files / access_point_id).unlink(missing_ok=True)

    backend: Any = EFSBackend
    backend.create_file_system, backend.delete_file_system = create_system, delete_system
    backend.create_access_point, backend.delete_access_point = create_point, delete_point


def below(folder: Path, path: str) -> Path:
    """Return *path*, which is absolute in a file system, in *folder*."""
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    return folder.joinpath(*parts)
