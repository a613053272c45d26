"""The contents of assets and archives."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from localcloud.provider.values import Archive, Asset

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The modification time of every file in an archive, so that builds are reproducible."""


class AssetError(ValueError):
    """Raised when an asset or archive cannot be read."""


def contents(asset: Asset, directory: Path | None) -> bytes:
    """Return the bytes of an asset; relative paths start from *directory*."""
    if asset.path is not None:
        return _existing(asset.path, directory).read_bytes()
    if asset.uri is not None:
        raise AssetError(f"{asset.uri} is a remote asset, which is not supported: use a local file")
    return (asset.text or "").encode()


def zip_archive(archive: Archive | Asset, directory: Path | None) -> bytes:
    """Return *archive* as a zip file: the file itself, or a reproducible zip of its files."""
    if isinstance(archive, Asset):
        return contents(archive, directory)
    if archive.uri is not None:
        raise AssetError(
            f"{archive.uri} is a remote archive, which is not supported: use a local folder or file"
        )
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


def _existing(path: str, directory: Path | None) -> Path:
    if directory is None and not Path(path).is_absolute():
        raise AssetError(
            f"{path} is relative and the folder of the program is not known: use an absolute path"
        )
    found = (directory or Path()) / path
    if not found.exists():
        raise AssetError(f"{path} does not exist: looked for {found}")
    return found


def _files(value: Any, directory: Path | None, name: str) -> dict[str, tuple[bytes, int]]:
    """Return path -> contents and mode of every file in *value*."""
    if isinstance(value, Asset):
        return {name: (contents(value, directory), 0o644)}
    if value.path is None:
        found: dict[str, tuple[bytes, int]] = {}
        for key, item in (value.assets or {}).items():
            found.update(_files(item, directory, f"{name}/{key}" if name else key))
        return found
    path = _existing(value.path, directory)
    if path.is_file():
        raise AssetError(f"{path} is an archive file in an AssetArchive: use its folder instead")
    return {
        f"{name}/{inner}" if name else inner: (
            file.read_bytes(),
            0o755 if _is_executable(file) else 0o644,
        )
        for file in sorted(path.rglob("*"))
        if file.is_file() and (inner := file.relative_to(path).as_posix())
    }


def _is_executable(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o100)
