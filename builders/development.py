"""Builds the code of one service for `bulkhead dev`: a folder, with the packages unpacked once."""

from __future__ import annotations

import compileall
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from builders import image, packages
from builders.archive import NOT_IN_FUNCTIONS, put_in_place
from builders.progress import silent

if TYPE_CHECKING:
    from collections.abc import Collection

    from builders.progress import Progress
    from builders.source import Source
    from builders.target import Target

NOT_IMPORTED = frozenset({"bin", ".lock"})
"""Top-level names in a folder of packages that no program imports."""


@dataclass(frozen=True)
class Code:
    """Code that can run."""

    folder: Path
    python: Path | None = None
    """Interpreter of a container service."""


def build_function(
    source: Source, target: Target, artifacts: Path, progress: Progress = silent
) -> Code:
    """Return a folder like that of the unpacked archive; its packages are symbolic links.

    Raises PackageError.
    """
    unpacked = prepare_packages(source, target, artifacts, progress)
    finished = _folder(source, artifacts) / "functions" / source.digest(target)
    if not finished.exists():
        files = {path: one for path, one in source.files().items() if path not in NOT_IN_FUNCTIONS}
        _put(files, finished, unpacked)
    return Code(finished)


def build_image(
    source: Source, target: Target, artifacts: Path, progress: Progress = silent
) -> Code:
    """Return a copy of the source, and its virtual environment; raises PackageError."""
    finished = _folder(source, artifacts) / "images" / source.digest(target)
    python = image.environment(source, target, artifacts / "venvs", progress) / "bin" / "python"
    if not finished.exists():
        _put(source.files(), finished, None)
    return Code(finished, python)


def remove_others(source: Source, artifacts: Path, kept: Collection[Path]) -> None:
    """Remove the code that former changes of a service left, except the folders *kept*."""
    for folder in _folder(source, artifacts).glob("*/*"):
        if folder not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def prepare_packages(
    source: Source, target: Target, artifacts: Path, progress: Progress = silent
) -> Path | None:
    """Return the folder of the unpacked wheels; functions with the same requirements share it.

    Raises PackageError.
    """
    requirements = source.requirements
    if requirements is None:
        return None
    folder = artifacts / "packages"
    finished = folder / image.environment_key(source, target)
    if not finished.exists():
        progress(f"installing the requirements of {source.name}")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as name:
            unfinished = Path(name) / "finished"
            packages.into_folder(requirements, unfinished, target)
            compileall.compile_dir(unfinished, quiet=2)  # or the first start would do it
            put_in_place(unfinished, finished)
    return finished


def _folder(source: Source, artifacts: Path) -> Path:
    return artifacts / "dev" / source.name


def _put(files: dict[str, Path], finished: Path, unpacked: Path | None) -> None:
    finished.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=finished.parent) as name:
        unfinished = Path(name) / "finished"
        for path, file in files.items():
            copy = unfinished / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        if unpacked is not None:
            for entry in unpacked.iterdir():
                if entry.name not in NOT_IMPORTED:
                    _link(entry, unfinished / entry.name)
        put_in_place(unfinished, finished)


def _link(entry: Path, link: Path) -> None:
    """Link *entry*; the service's own files take precedence, as in the archive.

    A `__pycache__` is a folder, in which the modules of the service get files of their own.
    """
    if entry.name == "__pycache__":
        link.mkdir()
    if not link.exists():
        link.symlink_to(entry)
    elif entry.is_dir() and link.is_dir():
        for child in entry.iterdir():
            _link(child, link / child.name)
