"""Builds the deployment package (zip) of a function reproducibly."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from builders import packages
from builders.progress import silent

if TYPE_CHECKING:
    from builders.progress import Progress
    from builders.source import Source
    from builders.target import Target

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest timestamp of the zip format
UNIX = 3
MODE = 0o100644 << 16  # mode 0644 of a regular file
NOT_IN_FUNCTIONS = frozenset({"service.yaml", "requirements.in", "requirements.txt", "Dockerfile"})
# uv writes metadata of the installation that differs between machines.
NOT_IN_PACKAGES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", ".lock"})


def build(
    source: Source, target: Target, folder: Path, progress: Progress = silent
) -> tuple[Path, str]:
    """Return the zip of *source* in *folder* and its SHA-256; raises PackageError.

    Each content is built and reported to *progress* once: its folder is named by the digest of
    all files.
    """
    finished = folder / source.digest(target)
    archive, checksum = finished / f"{source.name}.zip", finished / "sha256"
    if not checksum.exists():
        progress(f"building the function {source.name}")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as name:
            unfinished = Path(name) / "finished"
            unfinished.mkdir()
            content = _zipped(source, target, Path(name) / "packages")
            (unfinished / archive.name).write_bytes(content)
            (unfinished / checksum.name).write_text(hashlib.sha256(content).hexdigest())
            put_in_place(unfinished, finished)
    return archive, checksum.read_text()


def put_in_place(unfinished: Path, finished: Path) -> None:
    """Rename a folder to its final name, unless a concurrent run has created it."""
    try:
        unfinished.rename(finished)
    except OSError:
        if not finished.is_dir():
            raise
        shutil.rmtree(unfinished)


def _zipped(source: Source, target: Target, packages_folder: Path) -> bytes:
    own = source.files()
    files = {path: file for path, file in own.items() if path not in NOT_IN_FUNCTIONS}
    if source.requirements is not None:
        packages.into_folder(source.requirements, packages_folder, target)
        for file in packages_folder.rglob("*"):
            path = file.relative_to(packages_folder)
            if file.is_file() and _needed(path):
                files.setdefault(path.as_posix(), file)
    # Small packages upload and start sooner in an account; here, most of the time is compression.
    level = 1 if target.platform is None else 9
    with tempfile.TemporaryFile() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, file in sorted(files.items()):
                entry = zipfile.ZipInfo(path, EPOCH)
                entry.create_system, entry.external_attr = UNIX, MODE
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes(), compresslevel=level)
        buffer.seek(0)
        return buffer.read()


def _needed(path: Path) -> bool:
    return (
        path.parts[0] != "bin"
        and "__pycache__" not in path.parts
        and path.suffix != ".pyc"
        and path.name not in NOT_IN_PACKAGES
    )
