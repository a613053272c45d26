"""The contents of assets and archives."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from localcloud.provider.values import Archive, Asset

if TYPE_CHECKING:
    from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same files give the same bytes."""


class AssetError(ValueError):
    """Raised when a file of the program cannot be used."""


def contents(asset: Asset, directory: Path) -> bytes:
    """Return the bytes of a file; a relative path is relative to the project *directory*."""
    if asset.path is not None:
        return _existing(asset.path, directory).read_bytes()
    if asset.uri is not None:
        raise AssetError(f"{asset.uri} is remote: use a file of the project")
    return (asset.text or "").encode()


def zipped(archive: Archive | Asset, directory: Path) -> bytes:
    """Return *archive* as a zip file: as it is if it is one, otherwise made from the files."""
    if isinstance(archive, Asset):
        return contents(archive, directory)
    if archive.uri is not None:
        raise AssetError(f"{archive.uri} is remote: use a folder or an archive of the project")
    if archive.path is not None:
        path = _existing(archive.path, directory)
        if path.is_file():
            return path.read_bytes()
    files = dict(sorted(_files(archive, directory, "").items()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, (data, mode) in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(info, data)
    return buffer.getvalue()


def _existing(path: str, directory: Path) -> Path:
    found = directory / path
    if not found.exists():
        raise AssetError(f"{path} is not there: looked for {found}")
    return found


def _files(value: Any, directory: Path, name: str) -> dict[str, tuple[bytes, int]]:
    """Return name -> contents and mode of all files in *value*."""
    if isinstance(value, Asset):
        return {name: (contents(value, directory), 0o644)}
    if value.path is None:
        found: dict[str, tuple[bytes, int]] = {}
        for key, item in (value.assets or {}).items():
            found.update(_files(item, directory, f"{name}/{key}" if name else key))
        return found
    path = _existing(value.path, directory)
    if path.is_file():
        raise AssetError(f"{path} is an archive inside an archive: use its folder")
    return {
        f"{name}/{inner}" if name else inner: (file.read_bytes(), 0o755 if _runs(file) else 0o644)
        for file in sorted(path.rglob("*"))
        if file.is_file() and (inner := file.relative_to(path).as_posix())
    }


def _runs(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o100)
